export class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position) {
    this.start = start;
    this.end = end;
  }
}

/** A part of a line in a terminal. */
export class TerminalLink {
  readonly startIndex: number;
  readonly length: number;

  constructor(startIndex: number, length: number) {
    this.startIndex = startIndex;
    this.length = length;
  }
}
