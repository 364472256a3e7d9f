/// Something a user gave that cannot be used: what, where, and what would have been right.
///
/// Every module throws this one type for bad input, so that the command line, the page and a library user see the same
/// sentence. Mistakes of the programmer are preconditions instead.
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, a sentence without its full stop: "unknown environment 'CartPol'".
  public var problem: String
  /// Where: `file:line`, a field's path, an array's index; nil where the problem is enough.
  public var place: String?
  /// What would have been right, or what to do.
  public var remedy: String?

  /// What is wrong, where, and what to do about it.
  public init(_ problem: String, at place: String? = nil, remedy: String? = nil) {
    self.problem = problem
    self.place = place
    self.remedy = remedy
  }

  /// "place: problem; remedy".
  public var description: String {
    (place.map { "\($0): " } ?? "") + problem + (remedy.map { "; \($0)" } ?? "")
  }

  /// An unknown name among known ones, with the nearest of them as the remedy.
  public static func unknown(_ kind: String, _ name: String, among known: [String], at place: String? = nil)
    -> InputError
  {
    let near = nearMisses(of: name, among: known)
    let remedy =
      near.isEmpty
      ? (known.count <= 12 ? "known: " + known.joined(separator: ", ") : nil)
      : "did you mean " + near.joined(separator: " or ") + "?"
    return InputError("unknown \(kind) '\(name)'", at: place, remedy: remedy)
  }
}

/// The names nearest to a misspelt one, best first, at most three: by edit distance with transpositions, ignoring case,
/// counting a match of the last path component ("CartPole" for "pactolus/CartPole-v1") as near.
public func nearMisses(of name: String, among known: [String]) -> [String] {
  let wanted = Array(name.lowercased().utf8)
  var scored: [(distance: Int, name: String)] = []
  for candidate in known {
    let whole = Array(candidate.lowercased().utf8)
    let short = whole.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? whole
    let dotted = whole.split(separator: UInt8(ascii: ".")).last.map(Array.init) ?? whole
    let unversioned = short.prefix { $0 != UInt8(ascii: "-") }
    let distance = [whole, short, dotted, Array(unversioned)].map { editDistance(wanted, $0) }.min()!
    if distance <= max(1, wanted.count / 3) { scored.append((distance, candidate)) }
  }
  // Next to a name that is one letter off, those that are five off are no help.
  let nearest = scored.map(\.distance).min() ?? 0
  return scored.filter { $0.distance <= nearest + 2 }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// Damerau–Levenshtein distance with adjacent transpositions (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [Int](repeating: 0, count: b.count + 1)
    row[0] = i
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
