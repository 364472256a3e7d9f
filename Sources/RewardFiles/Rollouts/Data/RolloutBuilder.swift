import Foundation

/// Puts rollouts into the columns of a table, one after another; the same rows give the same table.
struct RolloutBuilder {
  private(set) var table = RolloutTable()
  private var prompts: [UInt64: Int32] = [:]
  private var groups: [UInt64: Int32] = [:]
  /// For each group its first prompt, and whether it has others.
  private var groupPrompts: [Int32] = []
  private var mixedGroups: Set<Int32> = []
  private var groupOfItem: [UInt64: Int32] = [:]
  private var itemOfGroup: [Int32: UInt64] = [:]
  private var contradictedItems: Set<UInt64> = []
  private var components = NumberColumns()
  private var second = NumberColumns()
  private var rubric = NumberColumns()
  private var attributes: [String: CategoryColumn] = [:]
  private var crowdedAttributes: Set<String> = []
  private var uses: [String: RolloutRole] = [:]
  private var noteCounts: [String: Int] = [:]
  private var formats: [String] = []
  private(set) var lastRowCount = 0
  private var games: Int32 = 0
  private var lastGame = (game: -1, ordinal: UInt32(0), file: 0)

  /// Begins another file.
  mutating func begin(_ file: URL, format: String) {
    table.places.files.append(file)
    if !formats.contains(format) { formats.append(format) }
    lastRowCount = 0
  }

  mutating func note(_ sentence: String) { table.notes.append(sentence) }

  /// Room for about so many more texts' bytes.
  mutating func reserve(completionBytes: Int, rows: Int) {
    table.completions.reserve(bytes: table.completions.bytes.count + completionBytes, texts: table.count + rows)
  }

  mutating func append(_ part: RolloutPart) {
    for row in part.rows { append(row) }
    table.setAside.append(contentsOf: part.setAside)
    for (name, role) in part.uses where uses[name] == nil || uses[name] == .ignore { uses[name] = role }
    for (note, count) in part.notes { noteCounts[note, default: 0] += count }
  }

  private mutating func append(_ placed: PlacedRollout) {
    let row = placed.row
    let index = table.count
    lastRowCount += 1
    table.places.file.append(UInt16(table.places.files.count - 1))
    table.places.line.append(placed.line)
    table.places.ordinal.append(placed.ordinal)
    table.places.start.append(placed.start)
    table.places.size.append(placed.size)
    table.total.append(row.total)
    table.run.append(row.run)
    table.task.append(row.task)
    table.step.append(row.step)
    table.ids.append(row.id.map { RolloutTable.hash($0) } ?? 0)
    let prompt = promptNumber(placed)
    table.prompt.append(prompt)
    table.group.append(groupNumber(placed, prompt: prompt))
    table.completions.append(row.completion ?? [])
    components.append(row.components, at: index)
    second.append(row.second, at: index)
    rubric.append(row.rubric, at: index)
    table.error.append(row.error.map { String($0.prefix(160)) })
    table.finish.append(row.finish.map { String($0.prefix(64)) })
    table.truncated.append(row.truncated)
    table.tokens.append(row.tokens)
    table.advantage.append(row.advantage)
    table.answers.append((row.answer ?? "").utf8)
    table.extracted.append((row.extracted ?? "").utf8)
    table.impossible.append(row.impossible)
    table.gold.append(row.gold)
    table.game.append(gameNumber(placed))
    table.side.append(row.side)
    for (name, value) in row.attributes { append(attribute: name, value, at: index) }
  }

  /// A number for each game: its two rows follow each other.
  private mutating func gameNumber(_ placed: PlacedRollout) -> Int32 {
    guard placed.row.game >= 0 else { return -1 }
    if placed.row.game != lastGame.game || placed.ordinal != lastGame.ordinal
      || table.places.files.count != lastGame.file
    {
      games += 1
      lastGame = (placed.row.game, placed.ordinal, table.places.files.count)
    }
    return games - 1
  }

  private mutating func append(attribute name: String, _ value: String, at index: Int) {
    guard !crowdedAttributes.contains(name) else { return }
    guard attributes[name] != nil || attributes.count < ColumnPlan.maximumAttributes else { return }
    attributes[name, default: CategoryColumn()].append(missing: 0)
    let behind = index - attributes[name]!.count
    // A field that a row has twice counts once.
    guard behind >= 0 else { return }
    attributes[name]!.append(missing: behind)
    attributes[name]!.append(value)
    if attributes[name]!.names.count > PreferenceTable.maximumAttributeValues {
      attributes[name] = nil
      crowdedAttributes.insert(name)
    }
  }

  /// Prompts are the same if all their bytes are.
  private mutating func promptNumber(_ placed: PlacedRollout) -> Int32 {
    guard let text = placed.row.prompt, !text.isEmpty else { return -1 }
    var hash = placed.promptHash
    while let known = prompts[hash] {
      if table.prompts.bytes[table.prompts.range(Int(known))].elementsEqual(text) { return known }
      hash &+= 0x9E37_79B9_7F4A_7C15
    }
    let number = Int32(table.prompts.count)
    prompts[hash] = number
    table.prompts.append(text)
    return number
  }

  private mutating func groupNumber(_ placed: PlacedRollout, prompt: Int32) -> Int32 {
    let row = placed.row
    var hash: UInt64
    switch row.group {
    case .key(let key): hash = key
    case .prompt where prompt < 0:
      // Nothing says what it could be compared with: a group of its own.
      groupPrompts.append(prompt)
      return Int32(groupPrompts.count - 1)
    case .prompt: hash = Self.mixed(UInt64(prompt), with: row.answer ?? "")
    }
    // The two answers of a judge's pair may be of two models.
    hash =
      Self.mixed(hash, with: row.game < 0 ? row.run ?? "" : "") &+ UInt64(bitPattern: Int64(row.step))
      &* 0x9E37_79B9_7F4A_7C15
    let number = groups[hash] ?? Int32(groupPrompts.count)
    if groups.updateValue(number, forKey: hash) == nil { groupPrompts.append(prompt) }
    if groupPrompts[Int(number)] != prompt { mixedGroups.insert(number) }
    if let item = row.otherGroup {
      let group = groupOfItem[item] ?? number
      groupOfItem[item] = group
      let other = itemOfGroup[number] ?? item
      itemOfGroup[number] = other
      if group != number || other != item { contradictedItems.insert(item) }
    }
    return number
  }

  private static func mixed(_ hash: UInt64, with text: String) -> UInt64 {
    var text = text
    return (hash &* 0xBF58_476D_1CE4_E5B9) ^ text.withUTF8 { TextAnalyzer.hash($0, seed: hash) }
  }

  /// The table; columns that no row has are empty.
  consuming func finished() -> RolloutTable {
    table.format = formats.joined(separator: ", ")
    table.groupCount = groupPrompts.count
    table.components = components.finished(table.count)
    table.second = second.finished(table.count)
    table.rubric = rubric.finished(table.count)
    table.attributes = attributes.sorted { $0.key < $1.key }.compactMap { name, column in
      var column = column
      column.append(missing: table.count - column.count)
      return column.isPresent ? .init(name: name, values: column) : nil
    }
    table.fields = uses.map { .init(name: $0.key, role: crowdedAttributes.contains($0.key) ? .ignore : $0.value) }
      .sorted { ($0.role.order, $0.name) < ($1.role.order, $1.name) }
    dropEmptyColumns()
    addNotes()
    return table
  }

  private mutating func dropEmptyColumns() {
    if table.step.allSatisfy({ $0 < 0 }) { table.step = [] }
    if table.ids.allSatisfy({ $0 == 0 }) { table.ids = [] }
    if table.prompt.allSatisfy({ $0 < 0 }) { table.prompt = [] }
    if table.completions.bytes.isEmpty { table.completions = TextStore() }
    if table.answers.bytes.isEmpty { table.answers = TextStore() }
    if table.extracted.bytes.isEmpty { table.extracted = TextStore() }
    if table.truncated.allSatisfy({ $0 < 0 }) { table.truncated = [] }
    if table.tokens.allSatisfy({ $0 < 0 }) { table.tokens = [] }
    if table.advantage.allSatisfy(\.isNaN) { table.advantage = [] }
    if table.impossible.allSatisfy({ $0 < 0 }) { table.impossible = [] }
    if table.gold.allSatisfy({ $0 < 0 }) { table.gold = [] }
    if table.game.allSatisfy({ $0 < 0 }) { (table.game, table.side) = ([], []) }
    for path in [\RolloutTable.run, \.task, \.finish] where !table[keyPath: path].isPresent {
      table[keyPath: path] = CategoryColumn()
    }
    // A file with a place for errors and none in it says that there were none.
    if !table.error.isPresent, !uses.values.contains(.error) { table.error = CategoryColumn() }
  }

  private mutating func addNotes() {
    for (note, count) in noteCounts.sorted(by: { $0.key < $1.key }) {
      table.notes.append("\(note): \(count)")
    }
    if !mixedGroups.isEmpty {
      table.notes.append(
        "\(mixedGroups.count) of \(groupPrompts.count) groups have rollouts of several prompts under one number of the file"
      )
    }
    if !contradictedItems.isEmpty {
      table.notes.append(
        "ids of \(contradictedItems.count) items do not identify a prompt: rollouts are grouped by prompt and reference answer"
      )
    }
    if table.prompt.isEmpty, table.count > 0 { table.notes.append("no row has a prompt") }
    if table.completions.count == 0, table.count > 0 { table.notes.append("no row has a completion") }
  }
}

/// Columns of numbers that are found on the way.
private struct NumberColumns {
  private var index: [String: Int] = [:]
  private var columns: [RolloutTable.Component] = []

  mutating func append(_ numbers: [RolloutNumber], at row: Int) {
    for number in numbers {
      let column = index[number.name] ?? columns.count
      if column == columns.count {
        index[number.name] = column
        columns.append(.init(name: number.name, values: [], weights: []))
      }
      guard columns[column].values.count <= row else { continue }
      columns[column].pad(to: row)
      columns[column].values.append(number.value)
      columns[column].weights.append(number.weight)
    }
  }

  /// In the order in which they were met; those without a number are left out. Equal weights are one.
  consuming func finished(_ count: Int) -> [RolloutTable.Component] {
    for column in columns.indices { columns[column].pad(to: count) }
    return columns.compactMap { column in
      guard column.values.contains(where: { !$0.isNaN }) else { return nil }
      var column = column
      let known = Set(column.weights.filter { !$0.isNaN })
      if known.count <= 1 { column.weights = Array(known) }
      return column
    }
  }
}

extension RolloutTable.Component {
  fileprivate mutating func pad(to count: Int) {
    let missing = count - values.count
    guard missing > 0 else { return }
    values.append(contentsOf: repeatElement(.nan, count: missing))
    weights.append(contentsOf: repeatElement(.nan, count: missing))
  }
}

extension RolloutRole {
  /// Its place in lists.
  fileprivate var order: Int { Self.allCases.firstIndex(of: self)! }
}
