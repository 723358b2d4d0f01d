/** A name that always exists, with addresses of both kinds: what finds it was told by a name server outside. */
export const outsideName = 'example.com';

/**
 * The part of the probe that tries to look up a name, as shell functions. `look_up` begins it, by whatever the image has for
 * that, and `found` tells what came of it until then: where nobody is asked, engines may leave it without any answer. What
 * a name server in the container says, which engines ask for it, would tell nothing.
 */
export const nameLookUp = `
serves_names() {
  for list in /proc/net/udp /proc/net/udp6; do
    while read -r _ local _; do case $local in *:0035) return 0 ;; esac; done <"$list"
  done
  return 1
}
look_up() {
  serves_names && return
  if command -v getent >/dev/null; then getent hosts "$1" >/dev/null & lookup=$!
  elif command -v nslookup >/dev/null; then nslookup "$1" >/dev/null & lookup=$!
  fi
}
found() {
  kill -KILL $lookup
  wait $lookup
  case $? in 0) say 'lookup answered' ;; 126|127) ;; *) say 'lookup none' ;; esac
}`;
