const secretName =
  /PASSW(OR)?D$|(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|PWD|SECRETS?|TOKENS?|CREDENTIALS?|APIKEY|AUTH|PAT)(_|$)|_KEY(_ID)?$|^(AWS|AZURE|GCP|GOOGLE|DOCKER|GITHUB|GITLAB|NPM|OPENAI|ANTHROPIC)_\w*(KEY|ID|TOKEN|AUTH|CONFIG)|^SSH_AUTH_SOCK$|^(DATABASE|REDIS|MONGO\w*|POSTGRES\w*)_UR[IL]$/i;

/** `GPG_KEY` is the public key by which the Python images were checked. */
const notSecret = new Set(['PWD', 'OLDPWD', 'GPG_KEY']);

/** Whether a variable seems to hold a secret, by its name; values are never looked at. */
export function looksSecret(name: string): boolean {
  return !notSecret.has(name) && secretName.test(name);
}
