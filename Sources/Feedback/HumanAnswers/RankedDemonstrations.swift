import Compute
import Files
import Foundation

/// People's comparisons of demonstrations whose score is known.
///
/// A `.csv` file with the columns `A`, `B` (names of demonstrations), `label` (1: B is better, 0: A, 0.5: equal),
/// `scoreA`, `scoreB`. Format of hiwonjoon's ICML2019-TREX, whose raters were paid by the answer. The files do not say
/// who gave which answer, so that a file is one "rater": a pool of people.
public struct RankedDemonstrations: Sendable, Hashable {
  /// The file's name without its ending.
  public let name: String
  /// The names of the demonstrations, in order of first mention.
  public private(set) var items: [String] = []
  /// One for each item.
  public private(set) var scores: [Double] = []
  /// Items as numbers; `preference` is 1 if the first (A) is better.
  public private(set) var answers: [RatedPairs.Answer] = []

  /// Reads a file; its name without the ending becomes ``name``.
  ///
  /// - Throws: `InputError` for a file that cannot be read, an invalid line, or a demonstration with two
  ///   scores.
  public init(contentsOf url: URL) throws {
    try self.init(
      String(decoding: WholeFile.read(url), as: UTF8.self), name: url.deletingPathExtension().lastPathComponent,
      place: url.path)
  }

  static let columns = ["A", "B", "label", "scoreA", "scoreB"]

  /// Reads the text of a file; `place` is what errors call it.
  ///
  /// - Throws: `InputError` for an invalid line, or a demonstration with two scores.
  public init(_ text: String, name: String, place: String = "csv") throws {
    self.name = name
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    guard lines.first.map({ $0.split(separator: ",").map(String.init) }) == Self.columns else {
      throw InputError(
        "the first line is '\(lines.first?.prefix(80) ?? "")'", at: place,
        remedy: "wanted: " + Self.columns.joined(separator: ","))
    }
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let here = "\(place), line \(index + 1)"
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let label = Double(fields[2]), let scoreA = Double(fields[3]),
        let scoreB = Double(fields[4]), scoreA.isFinite, scoreB.isFinite
      else { throw InputError("'\(line.prefix(80))' cannot be read", at: here, remedy: "five fields, three numbers") }
      guard [0, 0.5, 1].contains(label), fields[0] != fields[1] else {
        throw InputError(
          "\(fields[0]) against \(fields[1]) is answered \(fields[2])", at: here,
          remedy: "two different demonstrations, and 1 (B is better), 0 (A) or 0.5 (equal)")
      }
      let first = try item(fields[0], scoreA, at: here)
      let second = try item(fields[1], scoreB, at: here)
      answers.append(RatedPairs.Answer(first: first, second: second, preference: label == 1 ? -1 : label == 0 ? 1 : 0))
    }
    guard !answers.isEmpty else { throw InputError("there are no answers", at: place) }
  }

  private mutating func item(_ name: String, _ score: Double, at place: String) throws -> Int {
    if let known = items.firstIndex(of: name) {
      guard scores[known] == score else {
        throw InputError("\(name) has the scores \(scores[known]) and \(score)", at: place)
      }
      return known
    }
    items.append(name)
    scores.append(score)
    return items.count - 1
  }
}
