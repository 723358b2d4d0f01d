/** Pairs of a look-alike and the character it is taken for, both in lower case. */
const pairs = {
  // Cyrillic, by the look of the small or of the capital letter.
  cyrillic: 'аa вb ԁd еe ғf ԍg һh нh іi јj кk мm оo рp ԛq гr ѕs тt ѵv ԝw хx уy үy',
  greek: 'αa βb εe ηn ιi κk μm νv οo ρp τt υu χx γy ζz ωw',
  armenian: 'աw օo ոn սu հh յj զq ցg',
  latin: 'ɑa ɡg ıi ɩi ʋv ƅb',
  digits: '0o 1l',
  dashes: '‐- ‑- ‒- –- —- ―- −- ⁃- ˗-',
  quotes: "‘' ’' ‛' ʼ' ʹ' ′' `' ´' “\" ”\" ″\"",
  marks: '․. ·. ∙. ‚, ٫, ׃: ː: ꞉: ∶:',
};

/**
 * Characters that a person takes for another one, after NFKC and case folding: those of the scripts most used to
 * imitate Latin letters. It is a small part of Unicode's own table (UTS 39), whose packages weigh more than all of the
 * activation, and it errs on the side of too many collisions.
 */
export const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.values(pairs).flatMap((group) =>
    group.split(' ').map((pair) => {
      const [from = '', to = from] = Array.from(pair);
      return [from, to] as const;
    }),
  ),
);
