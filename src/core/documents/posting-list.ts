/** Where a word stands: slot × 256 + place byte, by ascending slot. Most words are rare, so it begins with room for one. */
export class PostingList {
  postings: Uint32Array;
  size = 1;

  constructor(slot: number, place: number) {
    this.postings = Uint32Array.of(slot * 256 + place);
  }

  add(slot: number, place: number): void {
    if (this.size === this.postings.length) {
      const larger = new Uint32Array(2 * this.size);
      larger.set(this.postings);
      this.postings = larger;
    }
    this.postings[this.size] = slot * 256 + place;
    this.size += 1;
  }
}
