const EARTH_KM = 6371;

/** A circle on the earth as a ring of points `[longitude, latitude]`, closed. Good to a thousandth up to some 1,000 km. */
export const ring = (middle: { latitude: number; longitude: number }, km: number, points = 64): [number, number][] => {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [latitude, longitude, distance] = [radians(middle.latitude), radians(middle.longitude), km / EARTH_KM];
  return Array.from({ length: points + 1 }, (_, at) => {
    const bearing = (2 * Math.PI * (at % points)) / points;
    // Direct problem on a sphere.
    const to = Math.asin(
      Math.sin(latitude) * Math.cos(distance) + Math.cos(latitude) * Math.sin(distance) * Math.cos(bearing),
    );
    const across =
      longitude +
      Math.atan2(
        Math.sin(bearing) * Math.sin(distance) * Math.cos(latitude),
        Math.cos(distance) - Math.sin(latitude) * Math.sin(to),
      );
    return [(across * 180) / Math.PI, (to * 180) / Math.PI];
  });
};
