import {
  Comment,
  type Context,
  type DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from 'typedoc'
import ts from 'typescript'

const membersOfTypes =
  ReflectionKind.Property | ReflectionKind.CallSignature | ReflectionKind.ConstructorSignature

/**
 * Documents the members of types that have no declaration of their own. Most are inferred from schemas: a comment has no
 * place there, but a schema has a description. Others are parts of a type that is documented as a whole.
 *
 * @returns the full names of those that have no description, since their name and type say it all
 */
export function documentInferredMembers(context: Context): string[] {
  const { project } = context
  const silent: string[] = []
  for (const reflection of project.getReflectionsByKind(membersOfTypes)) {
    const member = reflection as DeclarationReflection
    if (member.hasComment() || !isNameless(context, member)) continue
    const text = descriptionOf(context, member)
    if (text !== undefined) member.comment = new Comment([{ kind: 'text', text }])
    else if (!inParameter(member)) silent.push(member.getFriendlyFullName())
  }
  return [...new Set(silent)]
}

/**
 * The classes that a server lets one replace: they are reached through its `parts`, and by no name of their own.
 */
export function replaceableClasses(project: ProjectReflection): string[] {
  const exported = new Set(project.getReflectionsByKind(ReflectionKind.Class).map(({ name }) => name))
  const parts = project.getReflectionsByKind(ReflectionKind.Property).filter(({ parent }) => isParts(parent))
  return [...new Set(parts.map(({ name }) => name))].filter(name => !exported.has(name))
}

/** The type of the variable `parts`. */
function isParts(reflection: Reflection | undefined): boolean {
  return reflection?.parent?.name === 'parts' && reflection.parent.kindOf(ReflectionKind.Variable)
}

/** Parameters are explained by the comment of their function. */
function inParameter({ parent }: Reflection): boolean {
  return parent !== undefined && (parent.kindOf(ReflectionKind.Parameter) || inParameter(parent))
}

/** A member of an object literal, or of a type that stands in the middle of another and has no name. */
function isNameless(context: Context, member: Reflection): boolean {
  if (!member.kindOf(ReflectionKind.Property)) return isSignatureOfType(context, member)
  const declarations = context.getSymbolFromReflection(member)?.declarations
  // What TypeScript itself has added is declared nowhere.
  if (!declarations) return member.parent?.kindOf(ReflectionKind.TypeLiteral) ?? false
  return declarations.some(
    node => ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node) || isInNamelessType(node),
  )
}

/** `new () => T` in the place of a type, or a method of a type without a name. */
function isSignatureOfType(context: Context, { parent }: Reflection): boolean {
  if (!parent || parent.kindOf(ReflectionKind.TypeLiteral)) return false
  if (parent.kindOf(ReflectionKind.Constructor)) return parent.name !== 'constructor'
  return context.getSymbolFromReflection(parent)?.declarations?.some(isInNamelessType) ?? false
}

function isInNamelessType({ parent }: ts.Node): boolean {
  return ts.isTypeLiteralNode(parent) && !ts.isTypeAliasDeclaration(parent.parent)
}

/** `description: '...'` in the call that makes a schema, or the text that a shorthand such as `limit` begins with. */
function descriptionOf(context: Context, member: Reflection): string | undefined {
  const node = context.getSymbolFromReflection(member)?.declarations?.find(ts.isPropertyAssignment)
  if (!node || !ts.isCallExpression(node.initializer)) return undefined
  const { expression, arguments: given } = node.initializer
  const [first] = given
  if (ts.isIdentifier(expression) && first && ts.isStringLiteralLike(first)) return first.text
  for (const argument of given)
    if (ts.isObjectLiteralExpression(argument))
      for (const property of argument.properties)
        if (ts.isPropertyAssignment(property) && property.name.getText() === 'description')
          return ts.isStringLiteralLike(property.initializer) ? property.initializer.text : undefined
  return undefined
}
