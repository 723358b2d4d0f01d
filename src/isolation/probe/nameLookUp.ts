/** A name that always exists, with addresses of both kinds: what finds it was told by a name server outside. */
export const outsideName = 'example.com';

/**
 * The part of the probe that tries to look up a name, as shell functions. `look_up` begins it, by whatever the image has for
 * that, and `found` tells what came of it until then: where nobody is asked, engines may leave it without any answer.
 */
export const nameLookUp = `
look_up() {
  if command -v getent >/dev/null; then getent hosts "$1" >/dev/null & lookup=$!
  elif command -v nslookup >/dev/null; then nslookup "$1" >/dev/null & lookup=$!
  fi
}
found() {
  kill -KILL $lookup
  wait $lookup
  case $? in 0) say 'lookup answered' ;; 126|127) ;; *) say 'lookup none' ;; esac
}`;
