import Findings
import Foundation
import Reports
import Runs
import Testing

@Suite("The report's page")
struct ReportPageTests {
  @Test("the same model gives the same bytes")
  func deterministic() {
    #expect(ReportPage(SyntheticReport.model()).html() == ReportPage(SyntheticReport.model()).html())
  }

  @Test("the time of writing appears once, and nothing else changes with it")
  func wallClock() {
    let with = ReportPage(SyntheticReport.model(written: "the day it was written")).html()
    let without = ReportPage(SyntheticReport.model(written: nil)).html()
    #expect(with.components(separatedBy: "the day it was written").count == 2)
    #expect(
      with.replacingOccurrences(of: "<p class=\"written\">Written the day it was written.</p>", with: "") == without)
  }

  @Test("nothing is loaded from anywhere: no address, no import, no file, and a policy that forbids it")
  func selfContained() {
    let html = ReportPage(SyntheticReport.model()).html()
    // The namespace of SVG in the script is a name, not an address that is loaded.
    let addresses = html.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
    for sign in ["http:", "https:", "src=", "@import", "url(", "//cdn", "fetch("] {
      #expect(!addresses.contains(sign), "\(sign)")
    }
    #expect(html.contains("default-src 'none'"))
  }

  @Test("whatever a run calls itself stays text")
  func escaped() {
    let attack = "</script><script>alert(1)</script>\"'&<img onerror=x>"
    var model = SyntheticReport.model()
    model.title = attack
    model.subtitle = attack
    model.facts = [ReportModel.Fact(attack, attack, note: attack)]
    model.settings = [ReportModel.Setting(attack, attack, origin: attack)]
    model.provenance = [ReportModel.Fact(attack, attack, note: attack)]
    model.written = attack
    model.findings = [
      Finding(
        id: attack, claim: attack, verdict: .fails, reason: attack, evidence: [Evidence(attack, 1, unit: attack)],
        assumptions: [attack], errorRate: attack, source: attack)
    ]
    var clip = SyntheticReport.pendulum(attack, start: 1)
    clip.facts = [ReportModel.Fact(attack, attack)]
    clip.frames[0].shapes.append(.label(x: 0, y: 0, size: 1, text: attack, role: .neutral))
    for index in model.sections.indices {
      model.sections[index].title = attack
      model.sections[index].text = attack
      model.sections[index].clips = [ClipGroup(title: attack, text: attack, clips: [clip])]
      model.sections[index].tables = [ReportModel.Table(caption: attack, columns: [attack], rows: [[attack]])]
      for chart in model.sections[index].charts.indices {
        model.sections[index].charts[chart].title = attack
        model.sections[index].charts[chart].summary = attack
        model.sections[index].charts[chart].x.label = attack
      }
    }
    let html = ReportPage(model).html()
    #expect(!html.contains("alert(1)</script>"))
    #expect(!html.contains("<img"))
    // One script of our own, and one of data for each clip.
    #expect(html.components(separatedBy: "</script>").count - 1 == 1 + model.sections.count)
  }

  @Test("each clip's data are JSON whose frames name shapes that exist")
  func clipData() throws {
    let html = ReportPage(SyntheticReport.model()).html()
    let parts = html.components(separatedBy: "<script type=\"application/json\">").dropFirst()
    #expect(parts.count == 6)
    for part in parts {
      let text = try #require(part.components(separatedBy: "</script>").first)
      let clip = try JSONDecoder().decode(ClipData.self, from: Data(text.utf8))
      #expect(clip.frames.count == 50)
      #expect(clip.frames.joined().allSatisfy { clip.shapes.indices.contains($0) })
      // What stands still (disc and hub) is stored once.
      #expect(clip.shapes.count <= 52)
    }
  }

  private struct ClipData: Decodable {
    var box: String
    var rate: Double
    var shapes: [String]
    var frames: [[Int]]
  }

  @Test("every picture says what it shows to those who cannot see it, and ids are unique")
  func accessible() {
    let html = ReportPage(SyntheticReport.model()).html()
    let plots = html.components(separatedBy: "<svg class=\"plot\"").dropFirst()
    #expect(plots.count == 5)
    #expect(plots.allSatisfy { $0.contains("<title id=") && $0.contains("<desc id=") })
    let ids = html.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count)
  }

  @Test("an empty report is a page too")
  func empty() {
    let html = ReportPage(ReportModel(kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline)).html()
    #expect(html.contains("Not known how far to trust it") && html.hasSuffix("</html>\n"))
  }

  @Test("a model survives JSON")
  func json() throws {
    let model = SyntheticReport.model()
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(ReportModel.self, from: data) == model)
  }
}
