extension String {
  /// The path without its last part: "" for a bare name, "/" for what stands in the root. Slashes at its end do not
  /// count. (`NSString` traps on Linux for a name of one letter.)
  package var parentPath: String {
    let parts = trimmedPath
    guard let slash = parts.lastIndex(of: "/") else { return "" }
    let parent = parts[..<slash].trimmingSlashes
    return parent.isEmpty ? "/" : String(parent)
  }

  /// The path's last part; "/" for the root.
  package var lastPathPart: String {
    let parts = trimmedPath
    return parts.lastIndex(of: "/").map { parts.count == 1 ? "/" : String(parts[parts.index(after: $0)...]) }
      ?? String(parts)
  }

  /// What follows the last dot of the last part, without the dot; "" if there is none, or nothing before it.
  package var pathEnding: String {
    let name = lastPathPart
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }

  /// The path without its ending and the dot.
  package var withoutPathEnding: String {
    let ending = pathEnding
    let path = String(trimmedPath)
    return ending.isEmpty && !path.hasSuffix(".") ? path : String(path.dropLast(ending.count + 1))
  }

  /// Without slashes at the end, but for the root's own.
  private var trimmedPath: Substring {
    let trimmed = self[...].trimmingSlashes
    return trimmed.isEmpty && !isEmpty ? "/" : trimmed
  }
}

extension Substring {
  fileprivate var trimmingSlashes: Substring {
    var rest = self
    while rest.last == "/" { rest.removeLast() }
    return rest
  }
}
