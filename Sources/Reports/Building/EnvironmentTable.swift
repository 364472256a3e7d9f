import Compute
import Environments

/// The worlds of one family as a table: with a picture, what is seen and done, what a step pays, and what episodes earn.
///
/// ```swift
/// let table = try EnvironmentTable(of: SealsSource(), in: registry)
/// table.table      // cells as Markdown
/// table.pictures   // an SVG file for each row that has one
/// ```
///
/// Variants that options choose stand in the row of their world.
package struct EnvironmentTable: Sendable {
  /// Names without a folder, and the files' text.
  package private(set) var pictures: [(name: String, svg: String)] = []
  /// One row for each world.
  package private(set) var rows: [[String]] = []

  /// Where the pictures lie, seen from the page.
  private let folder: String
  private let random = RandomSource(seed: 15).child("environments")
  /// Episodes of random play in each world.
  private static let episodes = 100
  /// The moment that is drawn, so that things have begun to move.
  private static let moment = 4

  private static let columns = [
    "", "world", "observation", "actions", "steps", "what a step pays", "random actions", "known good return",
    "repeats",
  ]

  /// The table without its caption.
  package var table: ReportModel.Table { .init(caption: "", columns: Self.columns, rows: rows) }

  /// The registry's own entries.
  package init(ownOf registry: EnvironmentRegistry, pictures folder: String) throws {
    self.folder = folder
    for entry in registry.entries { try add(entry, variants: []) }
  }

  /// The worlds that a source lists, each once with its variants.
  ///
  /// Ones that cannot be made here say what they need. A family of console games is one row: all look and are played
  /// alike, and their screens belong to others.
  package init(of source: any EnvironmentSource, pictures folder: String) throws {
    self.folder = folder
    let ids = source.listing.map(\.id)
    let games = source as? AtariSource
    for line in source.listing where !line.id.dropFirst(source.prefix.count).contains(":") {
      if games != nil, line.id != Self.game { continue }
      let variants = ids.filter { $0.hasPrefix(line.id + ":") }.map { String($0.dropFirst(line.id.count + 1)) }
      do {
        try add(source.entry(line.id), variants: variants, games: games == nil ? nil : ids.count)
      } catch let error as InputError {
        rows.append(
          ["", Self.name(line.id, line.summary, [])] + (0..<6).map { _ in "–" } + [
            "not here: " + Self.withoutFolders(error.remedy ?? error.problem)
          ])
      }
    }
  }

  /// The game whose row stands for all.
  private static let game = "ale/Pong-v5"

  private mutating func add(_ entry: EnvironmentEntry, variants: [String], games: Int? = nil) throws {
    let specification = entry.specification
    let id = specification.id
    // Screens are other people's pictures, and those of other Pythons are only as good as what is installed there.
    var image = ""
    if !(entry.environment is PythonEnvironment) {
      let name = String(id.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }) + ".svg"
      pictures.append((name, picture(of: entry)))
      image = "<img src=\"\(folder)/\(name)\" width=\"120\" alt=\"\(id)\">"
    }
    rows.append([
      image,
      games.map { "`ale/…`, \($0) games, such as `\(id)`" } ?? Self.name(id, specification.summary, variants),
      Self.observation(specification), Self.actions(specification), Self.steps(specification),
      entry.reward ?? (games == nil ? "what the environment returns" : "the score"),
      games == nil ? Self.random(try randomReturn(entry)) : "not measured", Self.good(entry.returns),
      Self.repeats(try entry.environment.tryRepeatability(random: random.child(id))),
    ])
  }

  private func randomReturn(_ entry: EnvironmentEntry) throws -> RandomReturn {
    if let known = entry.returns.random { return known }
    return try entry.randomReturn(episodes: Self.episodes, random: random.child(entry.specification.id))
  }

  private func picture(of entry: EnvironmentEntry) -> String {
    let batch = entry.makeBatch(count: 1, random: random.child(entry.specification.id))
    var draws = random.stream("picture")
    var row = [Float](repeating: 0, count: entry.specification.actionSpace.rowSize)
    // Not beyond an end: the picture is of one episode.
    let steps = min(Self.moment, (entry.specification.maximumEpisodeSteps ?? .max) / 3)
    for _ in 0..<steps {
      row.withUnsafeMutableBufferPointer { entry.specification.actionSpace.draw(into: $0.baseAddress!, &draws) }
      batch.step(row)
    }
    let clip = Clip(title: entry.specification.id, frames: [batch.scene(of: 0)], framesPerSecond: 1)
    return AnimatedDrawing(clip).svg
  }

  // MARK: Cells

  /// The page is read on other machines than the one that wrote it: programs are called by their names.
  private static func withoutFolders(_ text: String) -> String {
    text.replacing(#/(^|\s)/\S*\/([^\s\/]+)/#) { "\($0.1)\($0.2)" }
  }

  private static func name(_ id: String, _ summary: String, _ variants: [String]) -> String {
    "`\(id)`<br>\(summary)"
      + (variants.isEmpty ? "" : "<br>also " + variants.map { "`:\($0)`" }.joined(separator: ", "))
  }

  private static func observation(_ specification: EnvironmentSpecification) -> String {
    if let image = specification.image { return "\(image.columns) × \(image.rows) × \(image.channels) pixels" }
    let names = specification.observationNames
    return names.count <= 4 ? names.joined(separator: ", ") : "\(names.count) numbers"
  }

  private static func actions(_ specification: EnvironmentSpecification) -> String {
    switch specification.actionSpace {
    case .discrete(let names):
      return names.count <= 5 ? names.joined(separator: ", ") : "one of \(names.count)"
    case .continuous(let box):
      let numbers = "\(box.count) number\(box.count == 1 ? "" : "s")"
      let (low, high) = (Set(box.low), Set(box.high))
      guard low.count == 1, high.count == 1, let least = low.first, let most = high.first else { return numbers }
      return "\(numbers), \(plain(Double(least))) to \(plain(Double(most)))"
    }
  }

  private static func steps(_ specification: EnvironmentSpecification) -> String {
    let limit = specification.maximumEpisodeSteps.map { plain(Double($0)) } ?? "no limit"
    return specification.canTerminate ? "at most \(limit)" : limit
  }

  private static func random(_ value: RandomReturn) -> String {
    guard let interval = value.interval else { return plain(value.mean, digits: 6) }
    let mean = plain(value.mean)
    // All episodes alike: no spread to show.
    return interval.lower == interval.upper ? mean : "\(mean) [\(plain(interval.lower)), \(plain(interval.upper))]"
  }

  private static func good(_ returns: KnownReturns) -> String {
    guard let reference = returns.reference else { return "–" }
    return plain(reference, digits: 4) + (returns.origin.map { ", \($0)" } ?? "")
  }

  private static func repeats(_ repeatability: Repeatability) -> String {
    switch repeatability {
    case .exact: "exactly"
    case .untried: "not tried"
    case .held: "as far as tried"
    case .broken: "no"
    }
  }

  private static func plain(_ value: Double, digits: Int = 3) -> String {
    value == value.rounded() && abs(value) < 1e6
      ? NumberFormat.plain.text(value, digits: 7) : NumberFormat.plain.text(value, digits: digits)
  }
}
