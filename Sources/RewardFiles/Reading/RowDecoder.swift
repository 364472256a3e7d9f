import Compute
import Files

/// Reads one row after another into a ``PreferenceTable``; one decoder serves one chunk of rows.
struct RowDecoder {
  let plan: ColumnPlan
  let needsTexts: Bool
  var table = PreferenceTable()
  /// For each row a hash of its prompt id, or of its prompt's text; 0 without a prompt.
  var promptKeys: [UInt64] = []

  var analyzer = TextAnalyzer()
  /// Column names that the plan does not know: the file has to be read again with them.
  private(set) var unknownColumns: Set<String> = []

  var prompt = DecodedText()
  var promptParts: [ColumnRole: DecodedText] = [:]
  var chosen = DecodedText()
  var rejected = DecodedText()
  private var scratch: [UInt8] = []
  /// By ``ColumnRole/number``; NaN and nil where the row has none.
  var numbers = [Double](repeating: .nan, count: ColumnRole.count)
  var names = [String?](repeating: nil, count: ColumnRole.count)
  var memberScores: [Double]
  var memberColumns: [[Double]]
  private var listScores: (chosen: [Double], rejected: [Double]) = ([], [])
  var attributes: [String?]
  var attributeColumns: [CategoryColumn]
  var tie = false
  var isScoreNumber = true
  private var seenRoles: UInt32 = 0

  init(plan: ColumnPlan, needsTexts: Bool) {
    self.plan = plan
    self.needsTexts = needsTexts
    memberScores = [Double](repeating: .nan, count: plan.members.count * 2)
    memberColumns = [[Double]](repeating: [], count: plan.members.count * 2)
    attributes = [String?](repeating: nil, count: plan.attributes.count)
    attributeColumns = [CategoryColumn](repeating: .init(), count: plan.attributes.count)
  }

  /// The table of the rows so far.
  func finished() -> PreferenceTable {
    var table = table
    table.members = plan.members.indices.map {
      .init(name: plan.members[$0], chosen: memberColumns[$0 * 2], rejected: memberColumns[$0 * 2 + 1])
    }
    table.attributes = plan.attributes.indices.map { .init(name: plan.attributes[$0], values: attributeColumns[$0]) }
    return table
  }

  private mutating func clear() {
    prompt.clear()
    chosen.clear()
    rejected.clear()
    for index in numbers.indices {
      numbers[index] = .nan
      names[index] = nil
    }
    for index in memberScores.indices { memberScores[index] = .nan }
    for index in attributes.indices { attributes[index] = nil }
    if !promptParts.isEmpty { for role in promptParts.keys { promptParts[role]!.clear() } }
    tie = false
    isScoreNumber = true
    seenRoles = 0
  }

  /// Reads the JSON object that is this part of `bytes`.
  mutating func decode(json bytes: [UInt8], in range: Range<Int>, at place: RowPlace) throws(RowFault) {
    clear()
    var scanner = JSONScanner(bytes, in: range)
    try scanner.checkUTF8()
    guard try scanner.kind() == .object else { throw RowFault("not a JSON object") }
    _ = scanner.consume(0x7B)
    var first = true
    while try scanner.more(&first, until: 0x7D) {
      scratch.removeAll(keepingCapacity: true)
      scanner.skipSpace()
      try scanner.string(into: &scratch)
      try scanner.expect(0x3A)
      guard let use = scratch.withUnsafeBufferPointer({ plan.use(of: $0) }) else {
        unknownColumns.insert(String(decoding: scratch, as: UTF8.self))
        try scanner.skip(depth: 1)
        continue
      }
      try readField(use, &scanner)
    }
    try scanner.end()
    try keep(place)
  }

  /// Reads the fields of a table's row; `uses` is the role of each column.
  mutating func decode(
    fields: [Range<Int>], of bytes: [UInt8], uses: [ColumnPlan.Use], at place: RowPlace
  ) throws(RowFault) {
    clear()
    guard fields.count == uses.count else { throw RowFault("\(fields.count) fields, the header has \(uses.count)") }
    for (range, use) in zip(fields, uses) {
      switch use {
      case .role(.prompt): try prompt.setCell(bytes[range], name: "prompt")
      case .role(.chosen): try chosen.setCell(bytes[range], name: "chosen")
      case .role(.rejected): try rejected.setCell(bytes[range], name: "rejected")
      case .role(let role) where Self.promptRoles.contains(role):
        guard !range.isEmpty else { continue }
        if Self.isText(role) {
          try promptParts[role, default: .init()].setCell(bytes[range], name: role.rawValue)
        } else {
          promptParts[role, default: .init()].add(unread: bytes[range])
        }
      case .ignored: continue
      default:
        guard !range.isEmpty else { continue }
        let number = JSONScanner.parse(bytes[range].span)
        let text = String(decoding: bytes[range].prefix(257), as: UTF8.self)
        try set(use, number: number, text: text)
      }
    }
    try keep(place)
  }

  private mutating func readField(_ use: ColumnPlan.Use, _ scanner: inout JSONScanner) throws(RowFault) {
    if case .role(let role) = use {
      let bit = UInt32(1) << UInt32(role.number)
      guard seenRoles & bit == 0 else { throw RowFault("column '\(plan.mapping[role] ?? "")' stands twice in the row") }
      seenRoles |= bit
    }
    switch use {
    case .role(.prompt): try prompt.read(&scanner, name: "prompt")
    case .role(.chosen): try chosen.read(&scanner, name: "chosen")
    case .role(.rejected): try rejected.read(&scanner, name: "rejected")
    case .ignored: try scanner.skip(depth: 1)
    case .role(let role) where Self.promptRoles.contains(role): try readPromptPart(role, &scanner)
    default: try readValue(use, &scanner)
    }
  }

  private mutating func readValue(_ use: ColumnPlan.Use, _ scanner: inout JSONScanner) throws(RowFault) {
    switch try scanner.kind() {
    case .number:
      let start = scanner.position
      let value = try scanner.number()
      guard value.isFinite || isAttribute(use) || isScore(use) else {
        throw RowFault("\(name(of: use)) is not a finite number")
      }
      let end = min(scanner.position, start + 32)
      let text = String(decoding: scanner.bytes[start..<end], as: UTF8.self)
      try set(use, number: value, text: text)
    case .literal:
      if let flag = try scanner.literal() { try set(use, number: flag ? 1 : 0, text: flag ? "true" : "false") }
    case .string:
      scratch.removeAll(keepingCapacity: true)
      try scanner.string(into: &scratch)
      try set(use, number: nil, text: String(decoding: scratch.prefix(257), as: UTF8.self))
    case .array where use == .role(.scoreChosen) || use == .role(.scoreRejected):
      try readList(use, &scanner)
    case .array where isName(use): try readNames(use, &scanner)
    case .array, .object:
      guard isAttribute(use) else { throw RowFault("\(name(of: use)) is not a single value") }
      try scanner.skip(depth: 1)
    }
  }

  /// A list of texts as one name: joined.
  private mutating func readNames(_ use: ColumnPlan.Use, _ scanner: inout JSONScanner) throws(RowFault) {
    _ = scanner.consume(0x5B)
    var first = true
    scratch.removeAll(keepingCapacity: true)
    while try scanner.more(&first, until: 0x5D) {
      guard try scanner.kind() == .string else { throw RowFault("\(name(of: use)) is not a single value") }
      if !scratch.isEmpty { scratch.append(UInt8(ascii: "+")) }
      try scanner.string(into: &scratch)
    }
    if !scratch.isEmpty { try set(use, number: nil, text: String(decoding: scratch.prefix(257), as: UTF8.self)) }
  }

  /// Whether a column has names: people, domains, splits.
  private func isName(_ use: ColumnPlan.Use) -> Bool {
    [.role(.annotator), .role(.domain), .role(.split)].contains(use)
  }

  /// A list of numbers as a score: their mean.
  private mutating func readList(_ use: ColumnPlan.Use, _ scanner: inout JSONScanner) throws(RowFault) {
    _ = scanner.consume(0x5B)
    var first = true
    var sum = 0.0
    var count = 0
    while try scanner.more(&first, until: 0x5D) {
      guard try scanner.kind() == .number else { throw RowFault("\(name(of: use)) is not a number") }
      sum += try scanner.number()
      count += 1
    }
    guard count > 0 else { throw RowFault("\(name(of: use)) is an empty list") }
    try set(use, number: sum / Double(count), text: "")
  }

  private func isScore(_ use: ColumnPlan.Use) -> Bool {
    if case .member = use { true } else { use == .role(.scoreChosen) || use == .role(.scoreRejected) }
  }

  private func isAttribute(_ use: ColumnPlan.Use) -> Bool {
    if case .attribute = use { true } else { false }
  }

  private func name(of use: ColumnPlan.Use) -> String {
    switch use {
    case .role(let role): plan.mapping[role] ?? role.rawValue
    case .member(let index, let chosen): "\(plan.members[index]) (\(chosen ? "chosen" : "rejected"))"
    case .attribute(let index): plan.attributes[index]
    case .tie: "tie"
    case .ignored: "column"
    }
  }

  private mutating func set(_ use: ColumnPlan.Use, number: Double?, text: String) throws(RowFault) {
    switch use {
    case .member(let index, let chosen):
      guard let number = number ?? Self.word(text) else { throw RowFault("\(name(of: use)) is not a number") }
      memberScores[index * 2 + (chosen ? 0 : 1)] = number.isFinite ? number : .nan
    case .attribute(let index): attributes[index] = text.utf8.count <= 64 ? text : nil
    case .tie: tie = number.map { $0 != 0 } ?? (text.lowercased() == "true")
    case .ignored: break
    case .role(let role):
      switch role {
      case .scoreChosen, .scoreRejected:
        // A score that is no number is what an audit has to tell: the row stays, without it.
        guard let number = number ?? Self.word(text) else { throw RowFault("\(name(of: use)) is not a number") }
        if number.isFinite { numbers[role.number] = number } else { isScoreNumber = false }
      case .strength:
        guard let number, number.isFinite else { throw RowFault("\(name(of: use)) is not a finite number") }
        numbers[role.number] = number
      case .label, .position:
        guard let value = role == .label ? Self.label(number, text) : Self.position(number, text) else {
          throw RowFault("\(name(of: use)) '\(text.prefix(24))' is not understood")
        }
        numbers[role.number] = value
      default:
        guard text.utf8.count <= 256 else { throw RowFault("\(name(of: use)) has more than 256 bytes") }
        names[role.number] = text
      }
    }
  }
}

/// Where the row being read stands.
struct RowPlace {
  var file: UInt16
  var line: UInt32
  var ordinal: UInt32
  var start: Int
  var size: UInt32
  var part: UInt16
}
