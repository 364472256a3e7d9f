import Files

/// The replies of a labelling project, whose fields its author has named: `response1` and `response2`, `answer_a` and
/// `answer_b`, `left` and `right`. Found by their names: a common stem and a number or letter each.
struct NamedReplies {
  /// The fields of the replies, in order.
  let names: [String]
  /// The field of the prompt, if there is one.
  let prompt: String?

  private static let stems = [
    "response", "reply", "answer", "completion", "generation", "candidate", "output", "summary", "text", "option",
  ]
  private static let prompts = [
    "prompt", "question", "instruction", "query", "input", "context", "dialogue", "conversation",
  ]

  /// nil if there are no two such fields.
  init?(_ fields: [String: JSONValue]) {
    var groups: [String: [(mark: String, name: String)]] = [:]
    for (name, value) in fields where value.isReply {
      guard let (stem, mark) = Self.parts(name.lowercased()) else { continue }
      groups[stem, default: []].append((mark, name))
    }
    let best = groups.filter { $0.value.count > 1 }.min {
      ($1.value.count, Self.place($0.key), $0.key) < ($0.value.count, Self.place($1.key), $1.key)
    }
    guard let best else { return nil }
    names = best.value.sorted { ($0.mark.count, $0.mark) < ($1.mark.count, $1.mark) }.map(\.name)
    let own = Set(names)
    prompt =
      Self.prompts.lazy.compactMap { wanted in
        fields.keys.filter { !own.contains($0) && $0.lowercased().hasPrefix(wanted) }.min()
      }.first
  }

  private static func place(_ stem: String) -> Int { stems.firstIndex { stem.contains($0) } ?? stems.count }

  /// "response_1" as "response" and "1"; nil for names that are no reply's.
  private static func parts(_ name: String) -> (stem: String, mark: String)? {
    for (word, mark) in [("left", "1"), ("right", "2"), ("first", "1"), ("second", "2")] {
      guard name == word || name.hasSuffix("_" + word) || name.hasSuffix("-" + word) || name.hasPrefix(word + "_")
      else {
        continue
      }
      return (name.replacing(word, with: ""), mark)
    }
    let digits = String(name.reversed().prefix { $0.isNumber }.reversed())
    let mark = digits.isEmpty ? String(name.suffix(1)) : digits
    let stem = name.dropLast(mark.count)
    let isLetter = digits.isEmpty && ["a", "b", "c", "d"].contains(mark) && (stem.last == "_" || stem.last == "-")
    guard !digits.isEmpty || isLetter, stems.contains(where: { stem.contains($0) }) else { return nil }
    return (stem.filter(\.isLetter), mark)
  }

  /// What an answer in words says: the place of the better reply, −1 for a tie; nil if it is not understood.
  func choice(_ answer: String) -> Int? {
    func plain(_ text: some StringProtocol) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    let word = plain(answer)
    if let place = names.firstIndex(where: { plain($0) == word }) { return place }
    if ["tie", "equal", "same", "both", "neither"].contains(where: { word.hasPrefix($0) }) { return -1 }
    switch word {
    case "left", "first", "a", "1": return 0
    case "right", "second", "b", "2": return 1
    default: break
    }
    return names.firstIndex { name in
      guard let (_, mark) = Self.parts(name.lowercased()) else { return false }
      return word == mark || Self.stems.contains { word == $0 + mark }
    }
  }
}
