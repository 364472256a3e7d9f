import Files

extension RowDecoder {
  /// Takes the row that was read into the table, or throws the reason why it cannot be used. Nothing is appended before
  /// all is checked.
  mutating func keep(_ place: RowPlace) throws(RowFault) {
    if needsTexts {
      guard chosen.isPresent else { throw RowFault("no chosen text") }
      guard rejected.isPresent else { throw RowFault("no rejected text") }
    } else {
      guard !isScoreNumber || (!number(.scoreChosen).isNaN && !number(.scoreRejected).isNaN) else {
        throw RowFault("a score is missing")
      }
    }
    if !isScoreNumber { table.rowsWithoutNumber.append(table.count) }
    if chosen.isPresent, rejected.isPresent {
      appendTexts()
    } else {
      for side in [\PreferenceTable.prompt, \.chosen, \.rejected] { table[keyPath: side].append(.absent) }
    }
    table.places.file.append(place.file)
    table.places.line.append(place.line)
    table.places.ordinal.append(place.ordinal)
    table.places.start.append(place.start)
    table.places.size.append(place.size)
    table.places.part.append(place.part)
    let promptID = name(.promptID).map { ColumnPlan.hash($0) | 1 }
    let row = table.prompt.count - 1
    promptKeys.append(promptID ?? (table.hasPrompt(row) ? table.prompt.hashes[row] : 0))
    table.ids.append(name(.id).map { ColumnPlan.hash($0) | 1 } ?? 0)
    table.scoreChosen.append(isScoreNumber ? number(.scoreChosen) : .nan)
    table.scoreRejected.append(isScoreNumber ? number(.scoreRejected) : .nan)
    table.strength.append(number(.strength))
    let (label, position) = (number(.label), number(.position))
    table.label.append(tie ? 0 : label.isNaN ? 1 : Int8(label))
    table.position.append(position.isNaN ? 0 : Int8(position))
    table.annotator.append(name(.annotator))
    table.domain.append(name(.domain))
    table.split.append(name(.split))
    for index in memberScores.indices { memberColumns[index].append(memberScores[index]) }
    for index in attributes.indices { attributeColumns[index].append(attributes[index]) }
  }

  private func number(_ role: ColumnRole) -> Double { numbers[role.number] }
  private func name(_ role: ColumnRole) -> String? { names[role.number] }

  private mutating func appendTexts() {
    let isPlain = chosen.messages.count == 1 && rejected.messages.count == 1 && chosen.messages[0].role == 0
    let shared = isPlain ? 0 : ImplicitPrompt.sharedMessages(chosen, rejected)
    // A prompt column that is empty says that there is none: it is not guessed from what the replies begin with.
    let sharedBytes =
      isPlain && !prompt.isPresent
      ? ImplicitPrompt.sharedBytes(chosen.bytes, rejected.bytes, turnsOnly: plan.mapping[.prompt] != nil) : 0
    var implicit = DecodedText()
    if !prompt.isPresent {
      if shared > 0 { implicit.append(chosen.first(shared), role: 0) }
      if sharedBytes > 0 { implicit.append(chosen.first(bytes: sharedBytes), role: 0) }
      prompt = implicit
    }
    joinPrompt()
    table.prompt.append(
      prompt.isBlank ? TextFeatures.absent(signature: true) : prompt.features(&analyzer, signature: true))
    table.chosen.append(
      chosen.features(&analyzer, messages: shared..<chosen.messages.count, offset: sharedBytes))
    table.rejected.append(
      rejected.features(&analyzer, messages: shared..<rejected.messages.count, offset: sharedBytes))
  }

  mutating func setAside(_ row: SetAsideRow) { table.setAside.append(row) }
}
