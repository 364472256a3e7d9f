import Compute

/// What prompts ask of the form of an answer: for each row.
package struct AnswerRequests: Sendable {
  /// Words with which a prompt asks for a form of a value, where an equal one in another form is wrong.
  private static let valueForms = [
    "simplest form", "lowest terms", "simplified", "simplify", "as a fraction", "as a decimal", "decimal place",
    "as a percent", "rounded", "round to", "round your", "significant figure", "significant digit", "mixed number",
    "standard form", "scientific notation", "common fraction", "reduced fraction", "factored",
  ]
  /// Words that may mean a form of the value, or of the whole reply.
  private static let forms = PhraseFinder(valueForms + ["in the form", "exactly as", "format", "in terms of"])
  private static let valueBits: UInt64 = (1 << UInt64(valueForms.count)) - 1
  private static let marks: [(phrase: String, mark: FinalAnswer.Mark)] = [
    ("\\boxed", .box), ("<answer>", .tag), ("<final_answer>", .tag), ("<guess>", .tag),
  ]
  private static let markFinder = PhraseFinder(marks.map(\.phrase))

  private let prompt: [Int32]
  private let asked: [UInt64]
  private let asksForMark: [UInt64]

  /// One pass over the prompts.
  package init(_ table: RolloutTable) {
    let prompts = table.prompts
    prompt = table.prompt.count == table.count ? table.prompt : []
    let bytes = prompts.bytes.span
    var (forms, marks) = ([UInt64](), [UInt64]())
    for index in 0..<prompts.count {
      let text = bytes.extracting(prompts.range(index))
      forms.append(Self.forms.find(text))
      marks.append(Self.markFinder.find(text))
    }
    (asked, asksForMark) = (forms, marks)
  }

  /// Whether the row's prompt asks for a form, of the value or of the whole reply.
  package func form(_ row: Int) -> Bool { !prompt.isEmpty && prompt[row] >= 0 && asked[Int(prompt[row])] != 0 }

  /// Whether the row's prompt asks for a form of the value: lowest terms, decimals, rounding.
  package func valueForm(_ row: Int) -> Bool {
    !prompt.isEmpty && prompt[row] >= 0 && asked[Int(prompt[row])] & Self.valueBits != 0
  }

  /// Whether the row's prompt asks for answers that are marked so.
  package func mark(_ mark: FinalAnswer.Mark, _ row: Int) -> Bool {
    guard !prompt.isEmpty, prompt[row] >= 0 else { return false }
    let marks = asksForMark[Int(prompt[row])]
    return Self.marks.indices.contains { Self.marks[$0].mark == mark && marks & 1 << UInt64($0) != 0 }
  }
}
