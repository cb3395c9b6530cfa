// A share as it is printed: percent with two decimals, half up, from the exact fraction.

export function rate(numerator: number, denominator: number) {
  const [part, whole] = [BigInt(numerator), BigInt(denominator)];
  const hundredths = (2n * part * 10_000n + whole) / (2n * whole);
  const decimals = (hundredths % 100n).toString().padStart(2, "0").replace(/0+$/, "");
  const integer = (hundredths / 100n).toString();
  const text = (group: string, mark: string) =>
    integer.replace(/\B(?=(\d{3})+$)/g, group) + (decimals ? mark + decimals : "");
  return { percent: Number(hundredths) / 100, en: text(",", "."), vi: text(".", ",") };
}
