export async function referenceText(_root: string): Promise<string> {
  return "";
}
