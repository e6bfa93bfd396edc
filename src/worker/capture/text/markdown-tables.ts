/**
 * Source text of a function that teaches the converter tables, as GitHub-flavoured Markdown has them. A table for layout (one that
 * holds another, or has one row or one column) stays what its cells say, one after the other.
 */
export const tableRules = `(service) => {
  const cellsOf = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  const columns = new Map();
  const columnsOf = (node) => {
    const table = node.closest("table");
    if (table === null) return 0;
    if (!columns.has(table)) {
      const most = Math.max(0, ...[...table.rows].map(cellsOf));
      const isForLayout = table.rows.length < 2 || most < 2 || most > 100 || table.querySelector("table") !== null
        || ["presentation", "none"].includes(table.getAttribute("role"));
      columns.set(table, isForLayout ? 0 : most);
    }
    return columns.get(table);
  };
  const isOfTable = (...names) => (node) => names.includes(node.localName) && columnsOf(node) > 0;
  const isHeading = (row) => row.parentElement.localName === "thead" || [...row.cells].every(({ localName }) => localName === "th");
  const alignments = { left: " :--- |", center: " :---: |", right: " ---: |" };
  const ruleUnder = (row) => {
    const cells = [...row.cells].flatMap((cell) => Array(cell.colSpan).fill(cell.align || cell.style.textAlign));
    const all = Array.from({ length: columnsOf(row) }, (_, index) => alignments[cells[index]] ?? " --- |");
    return "|" + all.join("");
  };
  service.addRule("tableCell", {
    filter: isOfTable("th", "td"),
    replacement: (content, cell) => {
      const text = content.trim().replace(/\\s*\\n\\s*/g, " ").replace(/\\|/g, "\\\\|");
      return " " + text + " |" + "  |".repeat(cell.colSpan - 1);
    },
  });
  service.addRule("tableRow", {
    filter: isOfTable("tr"),
    replacement: (content, row) => {
      const line = "|" + content + "  |".repeat(columnsOf(row) - cellsOf(row));
      if (row !== row.closest("table").rows[0]) return "\\n" + line;
      if (isHeading(row)) return "\\n" + line + "\\n" + ruleUnder(row);
      return "\\n|" + "  |".repeat(columnsOf(row)) + "\\n" + ruleUnder(row) + "\\n" + line;
    },
  });
  service.addRule("tableSection", { filter: isOfTable("thead", "tbody", "tfoot"), replacement: (content) => "\\n" + content.trim() });
  service.addRule("tableCaption", { filter: isOfTable("caption"), replacement: (content) => content.trim() + "\\n\\n" });
  service.addRule("table", { filter: isOfTable("table"), replacement: (content) => "\\n\\n" + content.trim() + "\\n\\n" });
}`;
