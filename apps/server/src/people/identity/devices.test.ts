import { expect, test } from 'vitest';
import { deviceName, placeName } from './devices.ts';

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['curl/8.5.0', 'An unknown program'],
  ['', 'An unknown program'],
  [null, 'An unknown program'],
])('the program that says "%s" is %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});

test.each([
  ['203.0.113.77', '203.0.113.…'],
  ['::ffff:203.0.113.77', '203.0.113.…'],
  ['2001:db8:77:1::5', '2001:db8:77:…'],
  ['2001:db8::5', '2001:db8:…'],
  ['127.0.0.1', 'This machine'],
  ['::1', 'This machine'],
  ['192.168.1.20', 'Your own network'],
  ['172.20.0.3', 'Your own network'],
  ['fd12::1', 'Your own network'],
  ['nonsense', 'Unknown place'],
  [null, 'Unknown place'],
])('the place of %s is %s', (address, name) => {
  expect(placeName(address)).toBe(name);
});
