import type { TObject } from 'typebox'
import { ControlDescription, sharedOperations } from '../../schemas/control.ts'
import type { Operation, Protocol } from '../../schemas/protocol.ts'
import { memberList, membersOf, table } from './markdown.ts'

/** The tables of `spec/control.md`: what every profile shares, and a section for each profile. */
export function controlTables(protocols: readonly Protocol[]): Record<string, string> {
  return {
    description: members('member', ControlDescription),
    'shared-operations': operations(sharedOperations),
    profiles: protocols.map(section).join('\n\n'),
  }
}

function section(protocol: Protocol): string {
  return [
    `### ${protocol.name}`,
    operations(protocol.operations),
    'A launch takes these settings:',
    members('setting', protocol.settings),
  ].join('\n\n')
}

/** What can be called, and below it what the arguments mean. */
function operations(all: Readonly<Record<string, Operation>>): string {
  const entries = Object.entries(all)
  const calls = entries.map(([name, operation]) => [
    `\`${name}\``,
    operation.method ?? 'POST',
    memberList(operation.result) || 'nothing',
    operation.summary,
  ])
  const args = entries.flatMap(([name, operation]) =>
    membersOf(operation.arguments).map(each => [
      `\`${name}\``,
      `\`${each.name}${each.optional ? '?' : ''}: ${each.type}\``,
      each.default && `\`${each.default}\``,
      each.description,
    ]),
  )
  return [
    table(['operation', 'method', 'result', 'meaning'], calls),
    table(['operation', 'argument', 'default', 'meaning'], args),
  ].join('\n\n')
}

function members(title: string, schema: TObject): string {
  return table(
    [title, 'type', 'default', 'meaning'],
    membersOf(schema).map(each => [
      `\`${each.name}${each.optional ? '?' : ''}\``,
      `\`${each.type}\``,
      each.default && `\`${each.default}\``,
      each.description,
    ]),
  )
}
