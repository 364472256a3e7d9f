import Compute
import Files

/// Reads one row after another into a ``PreferenceTable``; one decoder serves one chunk of rows.
struct RowDecoder {
  let plan: ColumnPlan
  let needsTexts: Bool
  private(set) var table = PreferenceTable()
  /// For each row a hash of its prompt id, or of its prompt's text; and of its own id (0: none).
  private(set) var promptKeys: [UInt64] = []
  private(set) var ids: [UInt64] = []

  private var analyzer = TextAnalyzer()
  private var prompt = DecodedText()
  private var chosen = DecodedText()
  private var rejected = DecodedText()
  private var scratch: [UInt8] = []
  private var numbers: [ColumnRole: Double] = [:]
  private var names: [ColumnRole: String] = [:]
  private var memberScores: [Double]
  private var memberColumns: [[Double]]
  private var listScores: (chosen: [Double], rejected: [Double]) = ([], [])
  private var attributes: [String?]
  private var attributeColumns: [CategoryColumn]
  private var seen: Set<String> = []
  private var tie = false
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
    numbers.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
    for index in memberScores.indices { memberScores[index] = .nan }
    for index in attributes.indices { attributes[index] = nil }
    tie = false
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
      let use = scratch.withUnsafeBufferPointer { plan.use(of: $0) }
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
      case .role(.prompt), .role(.chosen), .role(.rejected):
        bytes[range].withUnsafeBufferPointer { text in
          switch use {
          case .role(.prompt): prompt.setPlain(text)
          case .role(.chosen): chosen.setPlain(text)
          default: rejected.setPlain(text)
          }
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
      let bit = UInt32(1) << UInt32(ColumnRole.allCases.firstIndex(of: role)!)
      guard seenRoles & bit == 0 else { throw RowFault("column '\(plan.mapping[role] ?? "")' stands twice in the row") }
      seenRoles |= bit
    }
    switch use {
    case .role(.prompt): try prompt.read(&scanner, name: "prompt")
    case .role(.chosen): try chosen.read(&scanner, name: "chosen")
    case .role(.rejected): try rejected.read(&scanner, name: "rejected")
    case .ignored: try scanner.skip(depth: 1)
    default: try readValue(use, &scanner)
    }
  }

  private mutating func readValue(_ use: ColumnPlan.Use, _ scanner: inout JSONScanner) throws(RowFault) {
    switch try scanner.kind() {
    case .number:
      let start = scanner.position
      let value = try scanner.number()
      guard value.isFinite || isAttribute(use) else { throw RowFault("\(name(of: use)) is not a finite number") }
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
    case .array, .object:
      guard isAttribute(use) else { throw RowFault("\(name(of: use)) is not a single value") }
      try scanner.skip(depth: 1)
    }
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
    guard count > 0, sum.isFinite else { throw RowFault("\(name(of: use)) is not a finite number") }
    try set(use, number: sum / Double(count), text: "")
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
      guard let number, number.isFinite else { throw RowFault("\(name(of: use)) is not a number") }
      memberScores[index * 2 + (chosen ? 0 : 1)] = number
    case .attribute(let index): attributes[index] = text.utf8.count <= 64 ? text : nil
    case .tie: tie = number.map { $0 != 0 } ?? (text.lowercased() == "true")
    case .ignored: break
    case .role(let role):
      switch role {
      case .scoreChosen, .scoreRejected, .strength:
        guard let number, number.isFinite else { throw RowFault("\(name(of: use)) is not a finite number") }
        numbers[role] = number
      case .label, .position:
        guard let value = role == .label ? Self.label(number, text) : Self.position(number, text) else {
          throw RowFault("\(name(of: use)) '\(text.prefix(24))' is not understood")
        }
        numbers[role] = value
      default:
        guard text.utf8.count <= 256 else { throw RowFault("\(name(of: use)) has more than 256 bytes") }
        names[role] = text
      }
    }
  }

  /// 1, "chosen" …: chosen better; 0.5, "tie": tie; 0, −1, "rejected": the rejected one is better.
  static func label(_ number: Double?, _ text: String) -> Double? {
    switch number {
    case 1: 1
    case 0.5: 0
    case 0, -1: -1
    case nil:
      switch text.lowercased() {
      case "chosen", "true", "a": 1
      case "tie", "tied", "equal", "same": 0
      case "rejected", "false", "b": -1
      default: nil
      }
    default: nil
    }
  }

  static func position(_ number: Double?, _ text: String) -> Double? {
    switch number {
    case 1: 1
    case 0, 2: -1
    case nil:
      switch text.lowercased() {
      case "first", "a", "true", "left": 1
      case "second", "b", "false", "right": -1
      default: nil
      }
    default: nil
    }
  }
}

extension RowDecoder {
  /// Takes the row that was read into the table, or throws the reason why it cannot be used. Nothing is appended before
  /// all is checked.
  private mutating func keep(_ place: RowPlace) throws(RowFault) {
    if needsTexts {
      guard chosen.isPresent else { throw RowFault("no chosen text") }
      guard rejected.isPresent else { throw RowFault("no rejected text") }
      appendTexts()
    } else {
      guard numbers[.scoreChosen] != nil, numbers[.scoreRejected] != nil else { throw RowFault("a score is missing") }
    }
    table.places.file.append(place.file)
    table.places.line.append(place.line)
    table.places.ordinal.append(place.ordinal)
    table.places.start.append(place.start)
    table.places.size.append(place.size)
    let promptID = names[.promptID].map { ColumnPlan.hash($0) | 1 }
    promptKeys.append(promptID ?? table.prompt.hashes.last ?? 0)
    ids.append(names[.id].map { ColumnPlan.hash($0) | 1 } ?? 0)
    table.scoreChosen.append(numbers[.scoreChosen] ?? .nan)
    table.scoreRejected.append(numbers[.scoreRejected] ?? .nan)
    table.strength.append(numbers[.strength] ?? .nan)
    table.label.append(tie ? 0 : Int8(numbers[.label] ?? 1))
    table.position.append(Int8(numbers[.position] ?? 0))
    table.annotator.append(names[.annotator])
    table.domain.append(names[.domain])
    table.split.append(names[.split])
    for index in memberScores.indices { memberColumns[index].append(memberScores[index]) }
    for index in attributes.indices { attributeColumns[index].append(attributes[index]) }
  }

  private mutating func appendTexts() {
    let isPlain = chosen.messages.count == 1 && rejected.messages.count == 1 && chosen.messages[0].role == 0
    let shared = isPlain ? 0 : ImplicitPrompt.sharedMessages(chosen, rejected)
    let sharedBytes = isPlain && !prompt.isPresent ? ImplicitPrompt.sharedBytes(chosen.bytes, rejected.bytes) : 0
    let promptFeatures =
      prompt.isPresent
      ? prompt.features(&analyzer, signature: true)
      : isPlain
        ? chosen.features(&analyzer, end: sharedBytes, signature: true)
        : chosen.features(&analyzer, messages: 0..<shared, signature: true)
    table.prompt.append(promptFeatures)
    table.chosen.append(
      chosen.features(&analyzer, messages: shared..<chosen.messages.count, offset: sharedBytes))
    table.rejected.append(
      rejected.features(&analyzer, messages: shared..<rejected.messages.count, offset: sharedBytes))
  }

  mutating func setAside(_ row: SetAsideRow) { table.setAside.append(row) }
}

/// Where the row being read stands.
struct RowPlace {
  var file: UInt16
  var line: UInt32
  var ordinal: UInt32
  var start: Int
  var size: UInt32
}
