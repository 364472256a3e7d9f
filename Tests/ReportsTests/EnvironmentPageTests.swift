import Compute
import Environments
import Foundation
import Reports
import RunFixtures
import Runs
import Testing

/// A pendulum whose episodes cannot be had again.
private struct Restless: Environment {
  let base = Pendulum()
  var specification: EnvironmentSpecification { base.specification }
  func reset(random: inout RandomStream) -> Pendulum.State { base.reset(random: &random) }
  func step(_ state: inout Pendulum.State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    base.step(&state, action, random: &random)
  }
  func observe(_ state: Pendulum.State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }
  func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability { .broken("something moved") }
}

/// Worlds of which one is here, one lacks a package, and all of which may be missing.
private struct Shelf: EnvironmentSource {
  let prefix = "shelf/"
  let summary = "Some"
  var availability = EnvironmentAvailability.ready("here")
  let listing = ["shelf/Car-v0", "shelf/Car-v0:variant=slow", "shelf/Boat-v0"].map {
    EnvironmentListing(id: $0, summary: "About \($0.dropFirst(6))")
  }
  func entry(_ id: String) throws -> EnvironmentEntry {
    guard id == "shelf/Car-v0" else {
      throw InputError("no boat", remedy: "run /opt/here/bin/python -m pip install boats")
    }
    var returns = KnownReturns(reference: 12, bounds: 0...12)
    returns.origin = "the optimum"
    returns.random = RandomReturn(mean: 3, from: 2.5, to: 3.5, episodes: 100)
    return EnvironmentEntry(FixedHorizon(MountainCar(), id: id), returns: returns).paying("a lot")
  }
}

@Suite("The page about every environment")
struct EnvironmentPageTests {
  private func page(_ registry: EnvironmentRegistry, _ marks: [String]) throws -> (
    text: String, left: [String], pictures: [String: String]
  ) {
    var result = ("", [String](), [String: String]())
    try withTemporaryDirectory { folder in
      let path = folder + "/page.md"
      let tables = marks.map { "<!-- table: environments \($0) -->\nold \($0)\n<!-- end of table -->\n" }
      try Data(("# All\n" + tables.joined(separator: "between\n")).utf8).write(to: URL(fileURLWithPath: path))
      result.1 = try EnvironmentPage.write(registry, into: path)
      result.0 = try String(contentsOfFile: path, encoding: .utf8)
      let pictures = folder + "/pictures/environments"
      for name in try FileManager.default.contentsOfDirectory(atPath: pictures) {
        result.2[name] = try String(contentsOfFile: pictures + "/" + name, encoding: .utf8)
      }
    }
    return result
  }

  @Test("families without a place are named by the line that is missing; the page of this documentation has all")
  func unplaced() throws {
    var registry = EnvironmentRegistry([EnvironmentEntry(Pendulum())])
    registry.add(Shelf())
    try withTemporaryDirectory { folder in
      let path = folder + "/page.md"
      try Data("<!-- table: environments pactolus/ -->\n<!-- end of table -->\n".utf8).write(
        to: URL(fileURLWithPath: path))
      #expect(try EnvironmentPage.unplaced(registry, in: path) == ["<!-- table: environments shelf/ -->"])
    }
    let page = URL(filePath: #filePath).appending(path: "../../../Documentation/all-environments.md").standardized
    #expect(try EnvironmentPage.unplaced(.standard, in: page.path) == [])
  }

  @Test("a row for each world, with its picture, what is known, and what is missing")
  func rows() throws {
    var registry = EnvironmentRegistry([EnvironmentEntry(Pendulum()).paying("less than nothing")])
    registry.add(Shelf())
    let written = try page(registry, ["pactolus/", "shelf/"])
    #expect(written.left.isEmpty && !written.text.contains("\nold ") && written.text.contains("between"))
    let rows = written.text.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("`") }.map(String.init)
    #expect(rows.count == 3)
    #expect(
      rows[0].contains("cosine of angle, sine of angle, angular velocity | 1 number, −2 to 2 | 200 | less than nothing")
    )
    #expect(
      rows[1].contains("also `:variant=slow`")
        && rows[1].contains(
          "position, velocity | push left, coast, push right | 200 | a lot | 3 [2.5, 3.5] | 12, the optimum | exactly")
    )
    #expect(rows[2].contains("not here: run python -m pip install boats"))
    #expect(Set(written.pictures.keys) == ["pactolus-Pendulum-v1.svg", "shelf-Car-v0.svg"])
    for (name, svg) in written.pictures {
      #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>") && svg.utf8.count < 6_000, "\(name)")
      #expect(written.text.contains("<img src=\"pictures/environments/\(name)\""))
    }
    #expect(try page(registry, ["pactolus/", "shelf/"]).text == written.text, "the same each time")
  }

  @Test("a family whose engine is missing stays as it is, and a page without a place is refused")
  func missing() throws {
    var registry = EnvironmentRegistry([EnvironmentEntry(Pendulum())])
    registry.add(Shelf(availability: .missing(install: "buy it")))
    let written = try page(registry, ["pactolus/", "shelf/"])
    #expect(
      written.left == ["shelf/"] && written.text.contains("old shelf/") && !written.text.contains("old pactolus/"))
    #expect(throws: InputError.self) { try page(registry, []) }
  }
}

@Suite("A report about a world that does not repeat")
struct UnrepeatableReportTests {
  @Test("says so below its title and under provenance; another says nothing of it")
  func said() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let records = [try RunRecord(directory: directory)]
      let plain = try ReportModel(records: records, written: nil)
      #expect(!plain.subtitle.contains("repeatable") && !plain.provenance.contains { $0.name == "Repeatability" })
      let restless = try ReportModel(
        records: records, registry: EnvironmentRegistry([EnvironmentEntry(Restless())]), written: nil)
      #expect(restless.subtitle.contains("The world is not exactly repeatable: something moved."))
      let fact = try #require(restless.provenance.first { $0.name == "Repeatability" })
      #expect(fact.value == "not exact" && fact.note == "something moved")
      #expect(restless.provenance.first { $0.name == "Arithmetic" }?.note?.contains("do not repeat") == true)
    }
  }
}
