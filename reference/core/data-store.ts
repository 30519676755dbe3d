/** Values by key in one namespace. */
export type Namespace = Map<string, unknown>

/** An in-memory store whose namespaces cannot see each other. */
export class DataStore {
  readonly #namespaces = new Map<string, Namespace>()

  /** The values of one namespace, which comes into being when it is first asked for. */
  namespace(name: string): Namespace {
    let namespace = this.#namespaces.get(name)
    if (!namespace) {
      namespace = new Map()
      this.#namespaces.set(name, namespace)
    }
    return namespace
  }

  /** Forgets a namespace and all it holds. */
  drop(name: string): void {
    this.#namespaces.delete(name)
  }
}
