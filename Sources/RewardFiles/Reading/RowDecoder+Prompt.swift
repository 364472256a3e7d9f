import Files

extension RowDecoder {
  /// What belongs to the prompt beside its text, in the order in which a model sees it.
  static let promptRoles: [ColumnRole] = [.system, .tools, .history, .images, .context]

  static func isText(_ role: ColumnRole) -> Bool { role != .images && role != .tools }

  mutating func readPromptPart(_ role: ColumnRole, _ scanner: inout JSONScanner) throws(RowFault) {
    scanner.skipSpace()
    let start = scanner.position
    let kind = try scanner.kind()
    if Self.isText(role), kind != .number, kind != .literal {
      return try promptParts[role, default: .init()].read(&scanner, name: plan.mapping[role] ?? "", turns: true)
    }
    try scanner.skip(depth: 1)
    let raw = scanner.bytes[start..<scanner.position]
    guard !["null", "[]", "\"\""].contains(where: { raw.elementsEqual($0.utf8) }) else { return }
    promptParts[role, default: .init()].add(unread: raw)
  }

  /// Everything that the model saw before its reply, in one text: the system prompt, tools, earlier turns, pictures, the
  /// prompt and its further input.
  mutating func joinPrompt() {
    guard !promptParts.isEmpty, Self.promptRoles.contains(where: { promptParts[$0]?.isPresent == true }) else { return }
    var whole = DecodedText()
    for role in [ColumnRole.system, .tools, .history, .images] {
      if let part = promptParts[role], !part.isBlank { whole.append(part, role: Self.roleHash(role)) }
    }
    if !prompt.isBlank { whole.append(prompt, role: 0) }
    if let part = promptParts[.context], !part.isBlank { whole.append(part, role: Self.roleHash(.context)) }
    prompt = whole
  }

  private static func roleHash(_ role: ColumnRole) -> UInt64 { ColumnPlan.hash(role.rawValue) }
}
