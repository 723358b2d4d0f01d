/**
 * For `PROMPT_COMMAND` of an interactive bash. The uid of a workspace has no entry in the image's passwd, for which the
 * usual prompt says "I have no name!": the name in `USER` takes the place of `\u`. Where the uid has a name, and in a
 * prompt without `\u`, nothing is changed; and as it may run before every prompt, it bears what a bashrc adds to it.
 */
export const bashPromptCommand =
  '[[ ${PS1//\\\\\\\\/} != *\\\\u* ]] || id -un >/dev/null 2>&1 || PS1=${PS1//\\\\u/"$USER"}';
