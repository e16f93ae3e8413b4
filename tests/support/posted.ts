/** The fields of a form as one object. */
export function fieldsOf(form: FormData): Record<string, FormDataEntryValue> {
  return Object.fromEntries(form.entries())
}

/** An action for a form, and what the form posts to it the first time. */
export function postedBy() {
  const { promise: posted, resolve } = Promise.withResolvers<Record<string, FormDataEntryValue>>()
  const action = async (form: FormData) => resolve(fieldsOf(form))
  return { action, posted }
}
