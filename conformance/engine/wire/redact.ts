const [open, close] = ['\ue000', '\ue001']

/** Marks a text as one that may be shown only if every part of it is a known secret, by that secret's name. */
export function credential(value: string): string {
  return `${open}${value}${close}`
}

/** Replaces what must not be read by others: keys, tokens, secrets. Session ids get names that a reader can follow. */
export class Redactor {
  readonly #names = new Map<string, string>()

  /** From now on `secret` is shown as `‹name›`; a very short one only where nothing else can stand. */
  hide(secret: string, name: string): void {
    if (secret === '') return
    this.#names.set(secret, `‹${name}›`)
    this.#names.set(encodeURIComponent(secret), `‹${name}›`)
  }

  /** A text without its secrets. */
  readonly redact = (text: string): string => {
    // Longer ones first, since one may contain another: a token contains its session id.
    const secrets = [...this.#names.keys()]
      .filter(({ length }) => length > 2)
      .sort((a, b) => b.length - a.length)
    const named = secrets.reduce(
      (shown, secret) => shown.replaceAll(secret, this.#names.get(secret) ?? ''),
      text,
    )
    return named.replace(/\ue000([^\ue001]*)\ue001/g, (_, value: string) => this.#credential(value))
  }

  /** A wrong key may be the right one but for a character, so what is not known by name is not shown at all. */
  #credential(value: string): string {
    const known = /^(Bearer |\w+=)?(‹[^›]*›)?$/.test(value)
    return known ? value : (this.#names.get(value) ?? '‹another value›')
  }
}
