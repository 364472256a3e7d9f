import Compute
import Files
import Foundation
import RewardFiles

extension JudgingSource {
  /// Rollouts in any format that `pactolus audit rollouts` reads. Those with a label that is trusted are put in to learn
  /// about people, the others are asked.
  func readRollouts() throws -> Read {
    var table = try RolloutFile.read([file], options: rollouts)
    guard table.completions.count > 0 else {
      throw InputError("the rollouts have no completions to judge", at: file.path)
    }
    if let trusted { try table.readGold(trusted) }
    let keys = table.keys()
    let known = Set(table.gold.indices.filter { [0, 1].contains(table.gold[$0]) })
    var read = Read(.rollouts)
    let asked = (0..<table.count).filter { !known.contains($0) }
    let rows = try drawn(asked.count).map { asked[$0] }
    var tooLong = 0
    for row in rows + known.sorted() {
      let prompt = table.prompt.isEmpty || table.prompt[row] < 0 ? "" : table.prompts[Int(table.prompt[row])]
      let total = table.total[row]
      let rollout = JudgedRollout(
        row: Int(table.places.ordinal[row]), key: keys[row], prompt: prompt, completion: table.completions[row],
        extracted: table.extracted.count == 0 ? "" : table.extracted[row],
        answer: table.answers.count == 0 ? "" : table.answers[row], reward: total.isFinite ? total : nil)
      let label = known.contains(row) ? GoldLabel(rawValue: table.gold[row]) : nil
      if try !read.add(rollout, label, at: table.places.place(of: row)) { tooLong += 1 }
    }
    if table.setAside.count > 0 { read.notes.append("rows that cannot be read as rollouts: \(table.setAside.count)") }
    read.note(tooLong: tooLong)
    return try read.checked(file)
  }

  /// A sheet that `pactolus sample rollouts` wrote, or another tool in its form; nil if the file is none.
  func readSheet() throws -> Read? {
    let sheet: [SheetRow]
    do {
      guard let rows = try SheetRow.read(file) else { return nil }
      sheet = rows
    } catch let error as InputError where error.problem.hasSuffix("is no label") {
      throw error
    } catch is InputError {
      // A log or an archive is no sheet; the readers of pairs and rollouts say what is wrong with it, if something is.
      return nil
    }
    var labels: [String: GoldLabel] = [:]
    for row in sheet { labels[row.key] = row.gold }
    for row in try trusted.map(trustedRows) ?? [] { labels[row.key] = row.gold ?? labels[row.key] }
    var read = Read(.rollouts)
    let asked = sheet.indices.filter { labels[sheet[$0].key] == nil }
    let rows = try drawn(asked.count).map { asked[$0] }
    var tooLong = 0
    for row in rows + sheet.indices.filter({ labels[sheet[$0].key] != nil }) {
      let one = sheet[row]
      let rollout = JudgedRollout(
        row: row, key: one.key, prompt: one.prompt, completion: one.completion, extracted: "", answer: one.answer)
      if try !read.add(rollout, labels[one.key], at: "\(file.lastPathComponent), row \(row + 1)") { tooLong += 1 }
    }
    read.note(tooLong: tooLong)
    let weights = SheetRow.weights(beside: file)
    if FileManager.default.fileExists(atPath: weights.path) { read.weights = weights }
    return try read.checked(file)
  }

  private func trustedRows(_ file: URL) throws -> [SheetRow] {
    guard let rows = try SheetRow.read(file) else {
      throw InputError(
        "this is no sheet of labels", at: file.path, remedy: "give the columns key, completion and gold")
    }
    return rows
  }
}

extension JudgingSource.Read {
  /// - Returns: whether the texts are short enough.
  fileprivate mutating func add(_ rollout: JudgedRollout, _ label: GoldLabel?, at place: String) throws -> Bool {
    guard try takes([rollout.prompt, rollout.completion, rollout.extracted, rollout.answer], at: place) else {
      return false
    }
    let details = try JSONValue(encoding: rollout)
    switch label {
    case nil:
      questions.append(details)
      facts.append((rollout.row, nil, rollout.reward))
    case .right?, .wrong?:
      let expected = RolloutVerdict(answer: label == .right ? .right : .wrong)
      gold.append((details, try JSONValue(encoding: expected)))
    case .unsure?: break
    }
    return true
  }
}
