import Environments
import Foundation
import Reports
import Runs
import Testing

/// A scene two wide and one high, whose left end is −1, becomes a picture of 240 by 120: 120 for each unit, downwards.
@Suite("Pictures of clips")
struct ClipPictureTests {
  private static func scene(_ shapes: [Scene.Shape], width: Double = 2, height: Double = 1) -> Scene {
    Scene(left: -1, bottom: 0, width: width, height: height, shapes: shapes)
  }

  private static func html(_ frames: [Scene]) -> String {
    let clip = Clip(title: "c", frames: frames, framesPerSecond: 12.5, facts: [.init("f", "v")])
    let section = ReportModel.Section(id: "s", title: "s", clips: [ClipGroup(title: "g", clips: [clip])])
    let page = ReportPage(
      ReportModel(kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline, sections: [section])
    ).html()
    return page.components(separatedBy: "<figure class=\"clip\">").last?.components(separatedBy: "</figure>")[0] ?? ""
  }

  @Test("areas, lines, circles and labels lie where they are in the world, upside down and to scale")
  func shapes() {
    let html = Self.html([
      Self.scene([
        .polygon(points: [-1, 0, 0, 1, 1, 0], role: .goal),
        .line(points: [-1, 0.5, 0.5, 0.25], width: 0.1, role: .track),
        .line(points: [0, 0, 1, 1], width: 0.005, role: .wall), .circle(x: 0.5, y: 0.25, radius: 0.1, role: .agent),
        .label(x: -0.5, y: 0.5, size: 0.2, text: "A<B", role: .neutral),
      ])
    ])
    #expect(html.contains("<svg class=\"scene\" viewBox=\"0 0 240 120\" role=\"img\" aria-label=\"c, frame 1 of 1\">"))
    #expect(html.contains("<polygon class=\"r-goal\" points=\"0,120 120,0 240,120\"/>"))
    #expect(html.contains("<polyline class=\"l-track\" stroke-width=\"12\" points=\"0,60 180,90\"/>"))
    // No line is thinner than 0.8.
    #expect(html.contains("<polyline class=\"l-wall\" stroke-width=\"0.8\" points=\"120,120 240,0\"/>"))
    #expect(html.contains("<circle class=\"r-agent\" cx=\"180\" cy=\"90\" r=\"12\"/>"))
    #expect(html.contains("<text class=\"r-neutral\" x=\"60\" y=\"60\" style=\"font-size:24px\">A&lt;B</text>"))
    #expect(html.contains("<figcaption><b>c</b><dl><div><dt>f</dt><dd>v</dd></div></dl></figcaption>"))
  }

  @Test("a tall world is cut at twice the width; one without a size is square")
  func boxes() {
    #expect(Self.html([Self.scene([], width: 1, height: 1.5)]).contains("viewBox=\"0 0 240 360\""))
    #expect(Self.html([Self.scene([], width: 1, height: 10)]).contains("viewBox=\"0 0 240 480\""))
    #expect(Self.html([Self.scene([], width: 0, height: .nan)]).contains("viewBox=\"0 0 240 240\""))
  }

  @Test("a strip has four frames from the first to the last, and all of fewer")
  func strips() {
    for (count, expected) in [
      (1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 3, 4]), (5, [1, 2, 3, 5]), (10, [1, 4, 7, 10]),
    ] {
      let html = Self.html([Scene](repeating: Self.scene([]), count: count))
      let shown = html.matches(of: /, frame ([0-9]+) of ([0-9]+)"/).compactMap { Int($0.1) }
      #expect(shown == expected, "\(count)")
      // What does not move has nothing to play.
      #expect(html.contains("<script type=\"application/json\">") == (count > 1))
    }
  }

  @Test("the player's data hold each shape once, and each frame as places in that list")
  func data() {
    func dot(_ x: Double) -> Scene.Shape { .circle(x: x, y: 0, radius: 0.1, role: .agent) }
    let floor = Scene.Shape.line(points: [-1, 0, 1, 0], width: 0.1, role: .ground)
    let html = Self.html([Self.scene([floor, dot(0)]), Self.scene([floor, dot(0.5)]), Self.scene([floor, dot(0)])])
    #expect(
      html.contains("{\"box\":\"0 0 240 120\",\"rate\":12.5,\"shapes\":[\"\\u003cpolyline class=\\\"l-ground\\\""))
    #expect(html.contains("],\"frames\":[[0,1],[0,2],[0,1]]}"))
  }
}
