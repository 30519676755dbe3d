import {
  ContainerReflection,
  type DeclarationReflection,
  IntersectionType,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  ReflectionType,
  type SomeType,
} from 'typedoc'

/**
 * Takes from the type of each exported value what was inferred: a schema is a `TObject`, whatever is in it, and a
 * protocol a `Protocol`. The inferred types are thousands of lines long, and say in the worst way what the pages of
 * frames and endpoints say well. Of a schema that is exported together with the type of what fits it, as a type only,
 * that other type is left.
 */
export function shortenTypes(project: ProjectReflection): void {
  for (const alias of project.getReflectionsByKind(ReflectionKind.TypeAlias))
    if (isSchema((alias as DeclarationReflection).type)) project.removeReflection(alias)
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Variable)) {
    const variable = reflection as DeclarationReflection
    const { type } = variable
    if (!type) continue
    const short = shortened(project, type)
    if (short === type) continue
    project.removeTypeReflections(type)
    variable.type = short
  }
}

/**
 * A schema and the type of what fits it have the same name, and stand for the same: what is said of one is said of the
 * other.
 */
export function shareComments(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
    const { parent } = reflection
    if (!(parent instanceof ContainerReflection)) continue
    const twin = parent
      .getChildrenByKind(ReflectionKind.Variable)
      .find(({ name }) => name === reflection.name)
    if (!reflection.comment && twin?.comment) reflection.comment = twin.comment.clone()
  }
}

function shortened(project: ProjectReflection, type: SomeType): SomeType {
  if (isProtocol(type)) {
    const protocol = project
      .getReflectionsByKind(ReflectionKind.Interface)
      .find(({ name }) => name === 'Protocol')
    return protocol ? ReferenceType.createResolvedReference('Protocol', protocol, project) : type
  }
  if (type instanceof ReferenceType && type.typeArguments?.some(isLong))
    return ReferenceType.createBrokenReference(type.name, project, type.package)
  return type
}

function isSchema(type: SomeType | undefined): boolean {
  return type instanceof ReferenceType && /^T(Object|Union|Enum|Array|String)$/.test(type.name)
}

/** The type that `defineProtocol` infers. */
function isProtocol(type: SomeType): boolean {
  if (type instanceof IntersectionType) return type.types.some(isProtocol)
  return type instanceof ReflectionType && type.declaration.getChildByName('frames') !== undefined
}

/** An object type, or what has one in it. */
function isLong(type: SomeType): boolean {
  return (
    type instanceof ReflectionType || (type instanceof ReferenceType && !!type.typeArguments?.some(isLong))
  )
}
