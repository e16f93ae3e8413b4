// Imported for what it does: each test of a component begins with an empty page.

import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
