extension PreferenceReader {
  /// What was read of a file, for people.
  func reading(
    of table: PreferenceTable, _ plan: ColumnPlan, _ format: PairFormat, _ tooMany: [String]
  ) -> FileReading {
    var reading = FileReading(
      file: "", use: use, format: format.name, rows: table.count, setAside: table.setAside.count)
    let told = Set(format.columns.map(\.role))
    reading.columns = format.columns
    for role in ColumnRole.allCases where !told.contains(role.rawValue) {
      guard let name = plan.mapping[role] else { continue }
      reading.columns.append(.init(role.rawValue, name))
    }
    if plan.mapping[.prompt] == nil, needsTexts, table.hasPrompts, !told.contains("prompt") {
      reading.columns.insert(.init("prompt", "(what both replies begin with)"), at: 0)
    }
    if let tie = plan.tie, !told.contains("label") { reading.columns.append(.init("tie", tie)) }
    reading.members = plan.members
    reading.attributes = table.attributes.map(\.name)
    let empty = plan.attributes.filter { name in
      !tooMany.contains(name) && !table.attributes.contains { $0.name == name }
    }
    let isUnused = Set(plan.uses.filter { $0.value == .ignored }.keys).union(tooMany).union(empty)
    reading.unused = isUnused.sorted()
    reading.notes = notes(table, plan)
    return reading
  }

  private func notes(_ table: PreferenceTable, _ plan: ColumnPlan) -> [String] {
    var notes: [String] = []
    let count = table.count
    func rows(_ number: Int) -> String { number == count ? "every row" : "\(number) of \(count) rows" }
    for (role, column) in [(ColumnRole.scoreChosen, table.scoreChosen), (.scoreRejected, table.scoreRejected)] {
      guard let name = plan.mapping[role], column.allSatisfy(\.isNaN), table.rowsWithoutNumber.count < count else {
        continue
      }
      notes.append("column '\(name)' is empty in every row: there are no scores")
    }
    if !table.rowsWithoutNumber.isEmpty {
      notes.append(
        "a score is NaN or infinite in \(rows(table.rowsWithoutNumber.count)), the first at line "
          + "\(table.places.line[table.rowsWithoutNumber[0]])")
    }
    if plan.mapping[.scoreChosen] != nil {
      let without = (0..<count).count { table.margin($0).isNaN } - table.rowsWithoutNumber.count
      if without > 0, without < count { notes.append("scores are missing in \(rows(without))") }
    }
    for (role, column) in [
      (ColumnRole.annotator, table.annotator), (.domain, table.domain), (.split, table.split),
    ] {
      if let name = plan.mapping[role], !column.isPresent { notes.append("column '\(name)' is empty in every row") }
    }
    for member in table.members where member.chosen.allSatisfy(\.isNaN) || member.rejected.allSatisfy(\.isNaN) {
      notes.append("the scores of member '\(member.name)' are empty in every row")
    }
    if !plan.withoutPartner.isEmpty {
      notes.append(
        "not read as scores, as their other side is missing: "
          + Set(plan.withoutPartner).sorted().joined(separator: ", "))
    }
    guard needsTexts else { return notes }
    if table.verdicts.areAlone(pairs: count) { notes.append(PreferenceReader.alone(table.verdicts.count)) }
    let bare = (0..<count).count { !table.hasPrompt($0) }
    if bare > 0 { notes.append(bare == count ? "no row has a prompt" : "no prompt in \(rows(bare))") }
    let identical = (0..<count).count { table.hasIdenticalReplies($0) }
    if identical > 0 { notes.append("both replies are the same in \(rows(identical))") }
    return notes
  }
}
