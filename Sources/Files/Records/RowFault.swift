/// Why one row, or one value, of a file cannot be used. The reader that knows the file and the line adds them.
package struct RowFault: Error {
  package var reason: String

  package init(_ reason: String) { self.reason = reason }
}
