// The light build is the same class with fewer parts in it; the package ships no types for it by this name.
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
