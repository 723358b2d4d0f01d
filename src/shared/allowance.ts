/** So much at once, and so much again in each second. */
export class Allowance {
  private readonly most: number;
  private readonly perSecond: number;
  private left: number;
  private atMs: number;

  constructor(most: number, perSecond: number, nowMs = performance.now()) {
    this.most = most;
    this.perSecond = perSecond;
    this.left = most;
    this.atMs = nowMs;
  }

  /** Takes what is there and says how many milliseconds to wait until nothing is owed. */
  take(amount: number, nowMs = performance.now()): number {
    this.refill(nowMs);
    this.left -= amount;
    return this.left >= 0 ? 0 : (-this.left / this.perSecond) * 1000;
  }

  /** Takes only what is there, whole or not at all. */
  tryTake(amount: number, nowMs = performance.now()): boolean {
    this.refill(nowMs);
    if (this.left < amount) return false;
    this.left -= amount;
    return true;
  }

  private refill(nowMs: number): void {
    this.left = Math.min(this.most, this.left + ((nowMs - this.atMs) / 1000) * this.perSecond);
    this.atMs = nowMs;
  }
}
