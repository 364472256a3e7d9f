import ArgumentParser
import Foundation
import Pactolus
import Reproductions

/// `pactolus reproduce [NAME]`: a published experiment again, our numbers beside the reference's.
struct ReproduceVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run a published experiment again, with its numbers beside ours.",
    discussion: "Without NAME: the list. Exits with 1 if a number lies outside its tolerance.")

  @Argument(help: "Which experiment.")
  var name: String?

  @Option(help: "All randomness follows from it.")
  var seed: Int = 0

  @Flag(help: "The smaller form of an experiment that takes long, where it has one.")
  var quick = false

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  private struct Listed: Encodable {
    var name: String
    var summary: String
    var source: String
    var duration: String
  }

  func run() throws {
    let reproductions = Parts.current.reproductions
    guard let name else {
      let listed = reproductions.map {
        Listed(name: $0.name, summary: $0.summary, source: $0.source, duration: $0.duration)
      }
      if json { return try JSONLine.printPretty(listed) }
      return print(Screen.table(listed.map { [$0.name, $0.summary, $0.duration] }))
    }
    threads.apply()
    let reproduction = try Reproduction.named(name, among: reproductions)
    let random = RandomSource(seed: UInt64(seed))
    guard let run = quick ? reproduction.quick : reproduction.run else {
      throw InputError("'\(name)' has no smaller form", at: "--quick", remedy: "leave it out: \(reproduction.duration)")
    }
    let result = try run(random)
    if json {
      try JSONLine.printPretty(result)
    } else {
      print(result.title + "\n")
      print(Screen.table([["", "ours", "reference", "", ""]] + result.numbers.map(Self.row)))
      if !result.remarks.isEmpty { print("\n" + result.remarks.joined(separator: "\n")) }
      print("source: \(reproduction.source)")
    }
    if !result.agrees { throw ExitCode(1) }
  }

  private static func row(_ number: ReproducedNumber) -> [String] {
    func text(_ value: Double) -> String { value.isFinite ? String(format: "%.4f", value) : "undefined" }
    let agreement =
      switch number.agrees {
      case true: "✓ within ± \(NumberFormat.plain.text(number.tolerance ?? 0))"
      case false: "✕ not within ± \(NumberFormat.plain.text(number.tolerance ?? 0))"
      case nil: ""
      }
    let interval = number.interval.map { " [\(text($0.lower)), \(text($0.upper))]" } ?? ""
    return [number.name, text(number.ours) + interval, number.reference.map(text) ?? "", agreement, number.note]
  }
}
