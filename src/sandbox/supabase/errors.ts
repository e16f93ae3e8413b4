import type { Context } from 'hono'

/** An error as Supabase Auth gives it. */
export function authError(
  context: Context,
  status: 400 | 403 | 404 | 422,
  code: string,
  message: string,
): Response {
  context.header('X-Sb-Error-Code', code)
  return context.json({ code: status, error_code: code, msg: message }, status)
}

/** An error as PostgREST gives it. */
export function restError(context: Context, status: 401, code: string, message: string): Response {
  return context.json({ code, message, details: null, hint: null }, status)
}
