import Compute

/// What a body gives, or why it refused, as a line of a recorded text.
package func outcome(_ body: () throws -> Any) -> String {
  do {
    let value = try body()
    return value is Void ? "accepted\n" : "\(value)\n"
  } catch {
    return "refused: \(error)\n"
  }
}

/// The words of the `InputError` that a body ends with; whatever else happens is said instead.
package func complaint<Value>(_ body: () throws -> Value) -> String {
  do { return "no error: \(try body())" } catch { return error is InputError ? "\(error)" : "no InputError: \(error)" }
}
