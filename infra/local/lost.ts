/** Something came that cannot be taken, and will not come again. */
export class Lost extends Error {
  override readonly name = 'Lost';
}
