import Findings

extension ReportPage {
  /// The answer to "how far can I trust it": the two worst problems with what to do about each, and the claims that decide.
  func verdictCard() -> String {
    let summary = TrustSummary(model.findings, headline: model.headline)
    var out = "<section class=\"verdict v-\(summary.verdict.style)\" aria-label=\"How far to trust it\">"
    out += "<h2>\(Self.mark(summary.verdict))<span>\(Markup.escape(summary.headline))</span></h2>"
    out += "<p>\(Markup.escape(summary.sentence))</p>"
    let shown = model.findings.byUrgency.filter { $0.bearing == .trust }
    // What is advised stands beside what is worst; without any advice all failures are in the list.
    let worst = shown.filter { $0.verdict == .fails && $0.advice != nil }.prefix(2)
    if !worst.isEmpty { out += "<ol class=\"worst\">" + worst.map(problem).joined() + "</ol>" }
    let others = shown.filter { finding in !worst.contains { $0.id == finding.id } }
    let well = others.filter { $0.verdict == .holds }
    // Of many claims, those that hold are folded away, and beside problems those that are not settled.
    let isLong = shown.count > 8 && well.count > 2
    let open = others.filter { !$0.verdict.isSettled }
    let folded = [
      open.count < (worst.isEmpty ? 6 : 3)
        ? nil : (Numbers.count(open.count, "claim that is", "claims that are") + " not settled", open),
      isLong ? ("\(well.count) claims that hold", well) : nil,
    ].compactMap { $0 }
    let listed = others.filter { finding in !folded.contains { $0.1.contains { $0.id == finding.id } } }
    if !listed.isEmpty { out += "<ul>" + listed.map(headlineItem).joined() + "</ul>" }
    for (title, findings) in folded {
      out += "<details><summary>\(title)</summary><ul>" + findings.map(headlineItem).joined() + "</ul></details>"
    }
    return out + "</section>\n"
  }

  private func problem(_ finding: Finding) -> String {
    "<li class=\"v-fails\">\(Self.mark(.fails))<div><b><a href=\"#f-\(Markup.identifier(finding.id))\">"
      + "\(Markup.escape(finding.statement))</a></b><p>\(Markup.escape(FindingSentence.of(finding.reason)))</p>"
      + advice(finding) + "</div></li>"
  }

  private func advice(_ finding: Finding) -> String {
    guard let advice = finding.advice else { return "" }
    var out = "<p class=\"advice\"><b>What to do:</b> \(Markup.escape(FindingSentence.of(advice.text)))"
    if let command = advice.command { out += " <code>\(Markup.escape(command))</code>" }
    return out + "</p>"
  }

  private func headlineItem(_ finding: Finding) -> String {
    "<li class=\"v-\(finding.verdict.style)\">\(Self.mark(finding.verdict))"
      + "<span><a href=\"#f-\(Markup.identifier(finding.id))\">\(Markup.escape(finding.statement))</a>"
      + (finding.verdict == .holds ? "" : ". " + Markup.escape(FindingSentence.of(finding.reason))) + "</span></li>"
  }

  /// Every claim, opening to its grounds.
  func findings() -> String {
    var out = "<section id=\"findings\"><h2>Findings</h2>"
    if model.findings.isEmpty { return out + "<p class=\"text\">Nothing was tested.</p></section>\n" }
    out +=
      "<p class=\"text\">Each claim was tested. It holds or fails where the evidence excludes the other; it is unknown where "
    out += "an input is missing or the data do not settle it, and not measurable where the quantity does not exist for "
    out +=
      "them. Open one to see the evidence, what must be true for the verdict to count, how often it would be wrong, "
    out += "and where the method comes from.</p>"
    for finding in model.findings.byUrgency { out += self.finding(finding) }
    return out + "</section>\n"
  }

  private func finding(_ finding: Finding) -> String {
    let verdict = finding.verdict
    var out = "<details class=\"finding v-\(verdict.style)\" id=\"f-\(Markup.identifier(finding.id))\"><summary>"
    out += "<span class=\"badge\">\(Self.mark(verdict))\(verdict.word)</span>"
    out += "<span class=\"claim\"><b>\(Markup.escape(finding.statement))</b>"
    if finding.bearing == .advice { out += " <small class=\"tag\">advice</small>" }
    out += "<br>\(Markup.escape(FindingSentence.of(finding.reason)))</span></summary><div class=\"grounds\">"
    out += advice(finding)
    if verdict == .fails, finding.problem != nil {
      out += "<h4>What was claimed</h4><p>\(Markup.escape(finding.claim))</p>"
    }
    if !finding.evidence.isEmpty { out += evidence(finding.evidence) }
    if !finding.assumptions.isEmpty {
      out += "<h4>If</h4><ul>" + finding.assumptions.map { "<li>\(Markup.escape($0))</li>" }.joined() + "</ul>"
    }
    if let errorRate = finding.errorRate { out += "<h4>Error rate</h4><p>\(Markup.escape(errorRate))</p>" }
    out += "<h4>Source</h4><p>\(Markup.escape(finding.source)) <code>\(Markup.escape(finding.id))</code></p>"
    return out + "</div></details>"
  }

  private func evidence(_ evidence: [Evidence]) -> String {
    let hasIntervals = evidence.contains { $0.interval != nil }
    var out = "<div class=\"scroll\"><table><thead><tr><th>Evidence</th><th class=\"number\">Value</th>"
    if hasIntervals { out += "<th class=\"number\">Interval</th>" }
    out += "<th class=\"number\">Observations</th></tr></thead><tbody>"
    for item in evidence {
      let unit = item.unit.map { " " + Markup.escape($0) } ?? ""
      out += "<tr><td>\(Markup.escape(item.name))</td>"
      out += "<td class=\"number\">\(NumberFormat.plain.text(item.value, digits: 4))\(unit)</td>"
      if hasIntervals {
        out += "<td class=\"number\">" + (item.interval.map(EvidenceText.interval) ?? "") + "</td>"
      }
      out += "<td class=\"number\">" + (item.count.map { NumberFormat.plain.text(Double($0), digits: 9) } ?? "")
      out += "</td></tr>"
    }
    return out + "</tbody></table></div>"
  }

  /// The verdict's sign; its word is beside it, so that screen readers need not read the sign.
  static func mark(_ verdict: Finding.Verdict) -> String {
    "<i class=\"mark-sign\" aria-hidden=\"true\">\(verdict.sign)</i>"
  }
}
