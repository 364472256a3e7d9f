import Agents
import Compute
import Environments
import Foundation
import Reports
import Rewards
import Runs
import Testing

/// Tables of numbers as pictures: every coordinate by hand, and which numbers of a reward are shown.
@Suite("Pictures of tables")
struct HeatMapTests {
  private static func map(
    _ values: [[Double]], rows: [String] = ["a"], columns: [String] = ["x"], range: ClosedRange<Double> = 0...2
  ) -> HeatMap {
    HeatMap(
      id: "m 1", title: "t & t", summary: "s", rows: rows, columns: columns, values: values, lower: range.lowerBound,
      upper: range.upperBound)
  }

  @Test("one cell, drawn alone: its own colours, its size, its shade by its share of the range, and its number")
  func alone() {
    // A name of one letter takes 16 + 7.6; a cell is at least 64 by 40; the picture is at most 1.3 times its own size.
    let svg = Self.map([[0.5]]).svg
    #expect(
      svg.hasPrefix(
        "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 95.6 78\" style=\"max-width:124.3px\" "
          + "role=\"img\" aria-labelledby=\"h-m-1-t h-m-1-d\"><title id=\"h-m-1-t\">t &amp; t</title>"
          + "<desc id=\"h-m-1-d\">s</desc><style>"))
    #expect(
      svg.contains(
        "<text class=\"tick\" x=\"55.6\" y=\"20\" text-anchor=\"middle\" font-size=\"12\">x<title>x</title></text>"))
    #expect(
      svg.contains(
        "<text class=\"tick\" x=\"15.6\" y=\"50\" dy=\".35em\" text-anchor=\"end\" font-size=\"12\">a</text>"))
    #expect(
      svg.contains(
        "<rect class=\"s-truth\" x=\"24.6\" y=\"31\" width=\"62\" height=\"38\" rx=\"3\" "
          + "style=\"fill:var(--truth);fill-opacity:0.22;stroke:none\"/>"))
    #expect(
      svg.contains(
        "<text class=\"cell\" x=\"55.6\" y=\"50\" dy=\".35em\" text-anchor=\"middle\" font-size=\"13\" "
          + "style=\"fill:var(--ink)\">0.5</text>"))
    #expect(svg.hasSuffix("</svg>\n"))
  }

  @Test("shades go from 6 % to 70 % and no further; what is no number is an empty cell; without a range all are light")
  func shades() {
    func shades(_ svg: String) -> [String] { svg.matches(of: /fill-opacity:([0-9.]+)/).map { String($0.1) } }
    let columns = ["x", "y", "z", "u", "v"]
    #expect(shades(Self.map([[0, 2, 1, -5, 9]], columns: columns).svg) == ["0.06", "0.7", "0.38", "0.06", "0.7"])
    let holes = Self.map([[1, .nan, .infinity, 0, 2]], columns: columns).svg
    #expect(shades(holes) == ["0.38", "0.06", "0.7"] && holes.components(separatedBy: "class=\"cell\"").count == 4)
    #expect(
      shades(Self.map([[1, 1, 1, 1, 1]], columns: columns, range: 1...1).svg) == [
        "0.06", "0.06", "0.06", "0.06", "0.06",
      ])
  }

  @Test("cells are as wide as the columns' names, up to 112; longer names are cut, and whole in their tooltip")
  func widths() {
    // Ten letters: 8 + 76. Thirty: 112, in which 14 signs fit.
    let ten = String(repeating: "n", count: 10)
    #expect(Self.map([[1]], columns: [ten]).svg.contains("viewBox=\"0 0 115.6 78\""))
    let long = String(repeating: "n", count: 30)
    let cut = String(repeating: "n", count: 13) + "…"
    let svg = Self.map([[1]], columns: [long]).svg
    #expect(svg.contains("viewBox=\"0 0 143.6 78\"") && svg.contains(">\(cut)<title>\(long)</title></text>"))
  }

  @Test("on a page: more than five columns are wide, and the caption stands under it")
  func page() {
    func html(_ columns: Int) -> String {
      var map = Self.map(
        [[Double](repeating: 1, count: columns)], columns: (0..<columns).map { "c\($0)" })
      map.caption = "under <it>"
      let section = ReportModel.Section(id: "s", title: "s", heatMaps: [map])
      return ReportPage(
        ReportModel(kind: .theory, title: "t", subtitle: "s", headline: RunFindings.headline, sections: [section])
      ).html()
    }
    #expect(html(5).contains("<figure class=\"chart\"><h3>t &amp; t</h3><svg class=\"plot\" viewBox="))
    #expect(html(6).contains("<figure class=\"chart wide\"><h3>t &amp; t</h3>"))
    #expect(html(5).contains("</svg><figcaption>under &lt;it&gt;</figcaption></figure>"))
  }

  /// Two states and two actions: action 0 stays; action 1 goes to either state, to state 1 three times in four.
  private static func world(states: Int = 2) throws -> FiniteWorld {
    var (starts, successors, probabilities) = ([0], [Int](), [Double]())
    for state in 0..<states {
      successors += [state, 0, 1]
      probabilities += [1, 0.25, 0.75]
      starts += [successors.count - 2, successors.count]
    }
    let mdp = try TabularMDP(
      stateCount: states, actionCount: 2, rowStarts: starts, successors: successors, probabilities: probabilities,
      rewards: [Double](repeating: 0, count: 2 * states),
      start: [1] + [Double](repeating: 0, count: states - 1),
      isTerminal: [Bool](repeating: false, count: states), discount: 0.5)
    return try FiniteWorld(
      mdp: mdp, stateNames: (0..<states).map { "s\($0)" }, actionNames: ["stay", "go"], title: "a small world")
  }

  private static func learned(_ reward: RewardTable, in world: FiniteWorld) throws -> HeatMap? {
    let demonstrations = try Demonstrations([.init(states: [0, 1], actions: [1])], in: world.mdp)
    return ReportModel(
      rewardRows: [["state", "reward"]], isPosterior: false, demonstrations: demonstrations, findings: [],
      world: "w", picture: (reward, world)
    ).sections[0].heatMaps.first
  }

  @Test("a reward on states is one column of its own values, one on actions a column each, one on transitions its mean")
  func rewards() throws {
    let world = try Self.world()
    let caption = "Only differences that shaping cannot make count for policies."
    let states = try #require(
      try Self.learned(RewardTable(states: 2, actions: 2, axes: .state, values: [3, -1]), in: world))
    #expect(states.values == [[3], [-1]])
    #expect(states.columns == ["value"])
    #expect(states.rows == ["s0", "s1"])
    #expect(states.lower == -1 && states.upper == 3 && states.caption == caption)
    #expect(states.summary == "The learned reward: 2 states by 1 columns; the largest number is 3 in s0.")
    let actions = try #require(
      try Self.learned(RewardTable(states: 2, actions: 2, axes: .stateAction, values: [1, 2, 3, 4]), in: world))
    #expect(actions.values == [[1, 2], [3, 4]])
    #expect(actions.columns == ["stay", "go"])
    #expect(actions.caption == caption)
    #expect(actions.summary == "The learned reward: 2 states by 2 columns; the largest number is 4 in s1, go.")
    // Staying in s0 pays 8, going there from s1 4, going to s1 from either 1: 0.75 · 1 + 0.25 · 4 = 1.75.
    let transitions = try #require(
      try Self.learned(
        RewardTable(states: 2, actions: 2, axes: .transition, values: [8, 9, 0, 1, 9, 2, 4, 1]), in: world))
    #expect(transitions.values == [[8, 0.75], [2, 1.75]])
    #expect(transitions.caption == caption + " Each number is the mean over next states.")
    #expect(transitions.summary.hasSuffix("the largest number is 8 in s0, stay."))
  }

  @Test("of equal numbers the first is named; of a larger world the first 24 states are drawn, and the caption says so")
  func parts() throws {
    let world = try Self.world(states: 25)
    let values = (0..<25).map { $0 == 24 ? 9 : Double($0 % 4) }
    let map = try #require(
      try Self.learned(RewardTable(states: 25, actions: 2, axes: .state, values: values), in: world))
    #expect(map.rows.count == 24 && map.upper == 3)
    #expect(map.caption?.hasSuffix(" Drawn are the first 24 of 25 states and 1 of 1 columns.") == true)
    #expect(map.summary.hasSuffix("the largest number is 3 in s3."))
    let whole = try Self.world(states: 24)
    let fits = try #require(
      try Self.learned(RewardTable(states: 24, actions: 2, axes: .state, values: Array(values.prefix(24))), in: whole))
    #expect(fits.caption?.contains("Drawn") == false)
    // Of another world there is no picture.
    #expect(try Self.learned(RewardTable(states: 2, actions: 2, axes: .state, values: [0, 1]), in: whole) == nil)
  }
}
