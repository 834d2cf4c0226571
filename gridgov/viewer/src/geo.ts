// Lengths and areas on the ellipsoid of CGCS2000, and coordinates as people type them.

export type Point = [number, number];

const A = 6_378_137;
const F = 1 / 298.257222101;
const B = A * (1 - F);
const E2 = F * (2 - F);
const RAD = Math.PI / 180;

/** Metres between two places along the ellipsoid (Vincenty's inverse formula; good to a millimetre within a country). */
export function distance([lng1, lat1]: Point, [lng2, lat2]: Point): number {
  const [u1, u2] = [Math.atan((1 - F) * Math.tan(lat1 * RAD)), Math.atan((1 - F) * Math.tan(lat2 * RAD))];
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  const l = (lng2 - lng1) * RAD;
  let lambda = l;
  let [sigma, sinSigma, cosSigma, cos2Alpha, cosMiddle] = [0, 0, 1, 1, 0];
  for (let round = 0; round < 100; round += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    sinSigma = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinSigma === 0) return 0;
    cosSigma = sin1 * sin2 + cos1 * cos2 * cosL;
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * sinL) / sinSigma;
    cos2Alpha = 1 - sinAlpha ** 2;
    cosMiddle = cos2Alpha === 0 ? 0 : cosSigma - (2 * sin1 * sin2) / cos2Alpha;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = l + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1)));
    if (Math.abs(lambda - before) < 1e-12) break;
  }
  const square = (cos2Alpha * (A ** 2 - B ** 2)) / B ** 2;
  const big = 1 + (square / 16384) * (4096 + square * (-768 + square * (320 - 175 * square)));
  const small = (square / 1024) * (256 + square * (-128 + square * (74 - 47 * square)));
  const inner = cosSigma * (2 * cosMiddle ** 2 - 1) - (small / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
  return B * big * (sigma - small * sinSigma * (cosMiddle + (small / 4) * inner));
}

export function length(line: Point[]): number {
  return line.slice(1).reduce((sum, point, at) => sum + distance(line[at] ?? point, point), 0);
}

/** Square metres inside a ring: great circles on the sphere that has the ellipsoid's area. */
export function area(ring: Point[]): number {
  if (ring.length < 3) return 0;
  const halves = ring.map(([, lat]) => Math.tan(authalic(lat * RAD) / 2));
  let sum = 0;
  ring.forEach(([lng], at) => {
    const next = (at + 1) % ring.length;
    const turn = Math.tan((((ring[next]?.[0] ?? lng) - lng) * RAD) / 2);
    const [here, there] = [halves[at] ?? 0, halves[next] ?? 0];
    sum += 2 * Math.atan2(turn * (here + there), 1 + here * there);
  });
  return Math.abs(sum) * (A ** 2 / 2) * (1 + ((1 - E2) / Math.sqrt(E2)) * Math.atanh(Math.sqrt(E2)));
}

function authalic(lat: number): number {
  const e = Math.sqrt(E2);
  const q = (sine: number): number => (1 - E2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(e * sine) / e);
  return Math.asin(q(Math.sin(lat)) / q(1));
}

const NUMBER = String.raw`(\d{1,3}(?:\.\d+)?)(?:\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:″|"|''|′′|秒)\s*)?)?)?`;
const PAIR = new RegExp(String.raw`^(?:([NSEW]|[北南东西]纬?经?)\s*)?(-?)${NUMBER}\s*([NSEW]|[北南东西]纬?经?)?\s*[,;、\s]\s*(?:([NSEW]|[北南东西]纬?经?)\s*)?(-?)${NUMBER}\s*([NSEW]|[北南东西]纬?经?)?$`, "i");

/** Longitude and latitude typed in either order, as degrees or as degrees, minutes and seconds; null when it is neither. */
export function readCoordinates(text: string): Point | null {
  const plain = text.normalize("NFKC").trim().replace(/\s*[,;、]\s*/g, ",").replace(/^[([]|[)\]]$/g, "");
  const found = PAIR.exec(plain);
  if (!found) return null;
  const [, before1, minus1, d1, m1, s1, after1, before2, minus2, d2, m2, s2, after2] = found;
  const first = toDegrees(d1, m1, s1, minus1, before1 ?? after1);
  const second = toDegrees(d2, m2, s2, minus2, before2 ?? after2);
  const isLat = (side: string | undefined): boolean => /^[NS北南]/i.test(side ?? "");
  const isLng = (side: string | undefined): boolean => /^[EW东西]/i.test(side ?? "");
  const [side1, side2] = [before1 ?? after1, before2 ?? after2];
  // a country's longitudes and latitudes hardly overlap: what is larger than 90 is a longitude
  const swapped = isLat(side1) || isLng(side2) || (!side1 && !side2 && Math.abs(first) < Math.abs(second) && Math.abs(second) > 55);
  const [lng, lat] = swapped ? [second, first] : [first, second];
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 85 ? [lng, lat] : null;
}

function toDegrees(degrees = "0", minutes = "0", seconds = "0", minus = "", side = ""): number {
  const size = Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3600;
  return minus || /^[SW南西]/i.test(side) ? -size : size;
}
