import { ToolError, type ToolSource } from '../../../reference/llming/mcp.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { Defect } from '../defect.ts'
import { path, withHeader } from './shared.ts'

/** An MCP surface whose tools are changed. */
function withTools(change: (tools: ToolSource) => Partial<ToolSource>) {
  return {
    McpSurface: class extends parts.McpSurface {
      protected override tools(): ToolSource {
        const tools = super.tools()
        return { ...tools, ...change(tools) }
      }
    },
  }
}

export const mcp: Defect[] = [
  {
    name: 'stream-begins-otherwise',
    does: 'names the first event of the stream "ready"',
    breaks: ['llming/mcp/handshake'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        if (path(request) !== '/mcp/sse' || !response?.body || response.status !== 200) return response
        const rename = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            const text = new TextDecoder().decode(chunk).replace('event: endpoint', 'event: ready')
            controller.enqueue(new TextEncoder().encode(text))
          },
        })
        return new Response(response.body.pipeThrough(rename), { headers: response.headers })
      },
    },
  },
  {
    name: 'messages-without-key',
    does: 'takes messages for a stream without the key',
    breaks: ['llming/mcp/key-required'],
    wire: {
      fetch: (request, pass) =>
        pass(path(request).startsWith('/mcp/messages') ? withHeader(request, 'x-mcp-key', 'mk') : request),
    },
  },
  {
    name: 'mcp-from-anywhere',
    does: 'takes MCP requests from other machines',
    breaks: ['llming/mcp/key-required'],
    parts: {
      McpSurface: class extends parts.McpSurface {
        protected override refusal(headers: Headers) {
          return super.refusal(headers, { address: '127.0.0.1' })
        }
      },
    },
  },
  {
    name: 'tools-without-required',
    does: 'marks no parameter of a tool as required',
    breaks: ['llming/mcp/tools-equal-commands'],
    parts: withTools(tools => ({
      list: () =>
        tools
          .list()
          .map(tool => ({ ...tool, inputSchema: { ...(tool.inputSchema as object), required: [] } })),
    })),
  },
  {
    name: 'tool-results-wrapped',
    does: 'wraps the value of a tool call',
    breaks: ['llming/mcp/call-runs-command'],
    parts: withTools(tools => ({ call: async (name, args) => ({ result: await tools.call(name, args) }) })),
  },
  {
    name: 'tool-errors-as-text',
    does: 'reports a failed call as a bare text',
    breaks: ['llming/mcp/call-errors'],
    parts: withTools(tools => ({
      async call(name, args) {
        try {
          return await tools.call(name, args)
        } catch (error) {
          return `failed: ${(error as Error).message}`
        }
      },
    })),
  },
  {
    name: 'tool-errors-unflagged',
    does: 'does not flag failed calls',
    breaks: ['llming/mcp/errors-flagged'],
    parts: withTools(tools => ({
      async call(name, args) {
        try {
          return await tools.call(name, args)
        } catch (error) {
          if (error instanceof ToolError) return error.failure
          throw error
        }
      },
    })),
  },
]
