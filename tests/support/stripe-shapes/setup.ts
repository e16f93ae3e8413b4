import { declaredShapes } from './declarations.ts'

/** Makes the schema once, before test files that run at the same time would each make it. */
export default function setup(): void {
  declaredShapes()
}
