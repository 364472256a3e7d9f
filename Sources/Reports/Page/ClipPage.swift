/// Clips with players on a page of their own, one file that needs nothing else.
package struct ClipPage {
  private let title: String
  private let clips: [Clip]

  /// A page of these clips.
  package init(title: String, clips: [Clip]) {
    self.title = title
    self.clips = clips
  }

  /// The whole page.
  package func html() -> String {
    ReportPage.head(title: title)
      + "<header><p class=\"eyebrow\">Pactolus</p><h1>\(Markup.breakable(title))</h1></header>\n"
      + "<div class=\"clips\">" + clips.map { ClipFigure(clip: $0).html() }.joined() + "</div>\n" + ReportPage.foot
  }
}
