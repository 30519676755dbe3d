/** What a validator finds, and what it says it of. */
export interface Complaint {
  /** File in `schemas/json`. */
  document: string
  rule: string
  /** JSON pointer to what is complained of. */
  at: string
  message: string
}

/** Complaints that are right about the document, and wrong about the protocol. Any other one is an error. */
export interface Explanation {
  document?: string
  rule: string
  at?: string
  because: string
}

export const explanations: readonly Explanation[] = [
  {
    rule: 'asyncapi-latest-version',
    because: 'what is promised is AsyncAPI 3.0, which more programs read than 3.1',
  },
  {
    document: 'hub/openapi.json',
    rule: 'operation-4xx-response',
    at: '#/paths/~1api~1ping/get/responses',
    because: 'to ask whether the hub is there cannot fail',
  },
  {
    document: 'llming/openapi.json',
    rule: 'no-path-trailing-slash',
    at: '#/paths/~1mcp~1messages~1',
    because: 'the path has a slash at its end on the wire: the MCP transport names it so',
  },
]

/** The complaints that nothing explains, and the explanations that nothing needs. */
export function weigh(
  complaints: readonly Complaint[],
  known: readonly Explanation[],
): { unexplained: Complaint[]; unneeded: Explanation[] } {
  const explains = (explanation: Explanation, complaint: Complaint) =>
    explanation.rule === complaint.rule &&
    (explanation.document ?? complaint.document) === complaint.document &&
    (explanation.at ?? complaint.at) === complaint.at
  return {
    unexplained: complaints.filter(each => !known.some(explanation => explains(explanation, each))),
    unneeded: known.filter(explanation => !complaints.some(each => explains(explanation, each))),
  }
}
