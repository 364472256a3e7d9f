/// Rows to read, grouped by their check; each opens to its texts.
struct ExampleCards {
  let examples: [ReadingExample]

  func html() -> String {
    var out = ""
    var check = ""
    for (index, example) in examples.enumerated() {
      if example.check != check {
        check = example.check
        out += "<h3>\(Markup.escape(check))</h3>"
      }
      out += card(example, isOpen: index == 0)
    }
    return out
  }

  private func card(_ example: ReadingExample, isOpen: Bool) -> String {
    var out =
      "<details class=\"example\"\(isOpen ? " open" : "")><summary><code>\(Markup.breakable(example.place))</code> "
    out += "\(Markup.escape(example.reason))</summary>"
    let prompts = example.texts.filter { $0.name == "prompt" }
    let others = example.texts.filter { $0.name != "prompt" }
    out += prompts.map(text).joined()
    if !others.isEmpty { out += "<div class=\"replies\">" + others.map(text).joined() + "</div>" }
    return out + "</details>"
  }

  private func text(_ text: ReadingExample.Text) -> String {
    var out = "<div class=\"reply\"><h4>\(Markup.escape(text.name))"
    if let score = text.score { out += " <b>\(Markup.escape(score))</b>" }
    out += "</h4><p>"
    for part in text.parts {
      let words = Markup.escape(part.text)
      out += part.isDifferent ? "<mark>\(words)</mark>" : words
    }
    return out + "</p></div>"
  }
}
