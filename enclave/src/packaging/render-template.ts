/** Fills the templates of `enclave/packaging`: each name once given, each place filled, so nothing depends on chance. */
import { readFile } from 'node:fs/promises'
import { PackagingError } from './packaging-error.ts'

const FOLDER = new URL('../../packaging/', import.meta.url)

/** @throws PackagingError `packaging.bad-template` if a place has no value, or a value no place */
export async function renderTemplate(name: string, values: { readonly [place: string]: string }): Promise<string> {
  const template = await readFile(new URL(name, FOLDER), 'utf8')
  const used = new Set<string>()
  const text = template.replaceAll(/\{\{(\w+)\}\}/g, (_, place: string) => {
    used.add(place)
    const value = values[place]
    if (value === undefined) throw new PackagingError('packaging.bad-template', `${name} wants ${place}`)
    return value
  })
  const idle = Object.keys(values).filter((place) => !used.has(place))
  if (idle.length > 0) throw new PackagingError('packaging.bad-template', `${name} has no place for ${idle.join(', ')}`)
  return text
}
