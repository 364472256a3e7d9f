import Compute
import Files
import Foundation

/// A rollout and where it stands.
struct PlacedRollout: Sendable {
  var row: RolloutRow
  var promptHash: UInt64
  var line: UInt32
  var ordinal: UInt32
  var start: Int
  var size: UInt32
}

/// What was read of some consecutive rows.
struct RolloutPart: Sendable {
  var rows: [PlacedRollout] = []
  var setAside = SetAsideRows()
  var uses: [String: RolloutRole] = [:]
  var notes: [String: Int] = [:]
}

/// Reads rows of one file by its format, side by side.
struct RolloutDecoder: Sendable {
  let format: RolloutFormat
  let context: RolloutContext

  static let partsPerBatch = 16

  /// A row's fields, and where it stands; throws why it cannot be used.
  typealias Source = @Sendable (_ index: Int) throws(RowFault) -> [String: JSONValue]

  /// Rows that are read together, in parts of fixed size: the result does not depend on the threads.
  func decode(_ count: Int, places: @Sendable (Int) -> Place, _ source: Source) -> [RolloutPart] {
    let parts = min(Self.partsPerBatch, max(1, count))
    return ThreadPool.shared.map(parts) { number in
      var part = RolloutPart()
      let seen = RolloutSeen()
      for index in (number * count / parts)..<((number + 1) * count / parts) {
        let place = places(index)
        do throws(RowFault) {
          for row in try rows(try source(index), seen) {
            part.rows.append(
              PlacedRollout(
                row: row, promptHash: row.prompt.map { RolloutTable.hash($0, seed: 10) } ?? 0, line: place.line,
                ordinal: place.ordinal, start: place.start, size: place.size))
          }
        } catch {
          part.setAside.append(SetAsideRow(place: "\(context.file.path):\(place.line)", reason: error.reason))
        }
      }
      part.uses = seen.uses
      part.notes = seen.notes
      return part
    }
  }

  /// Where a row stands.
  struct Place: Sendable {
    var line: UInt32
    var ordinal: UInt32
    var start: Int
    var size: UInt32
  }

  /// The rollouts of one value: fields that the user named first, the rest by the format.
  private func rows(_ values: [String: JSONValue], _ seen: RolloutSeen) throws(RowFault) -> [RolloutRow] {
    var fields = RolloutFields(values, seen: seen)
    var given: [(RolloutRole, String, JSONValue)] = []
    for (role, name) in context.options.fields {
      if let value = fields.take(path: name, as: role) { given.append((role, name, value)) }
    }
    var rows = try format.rows(&fields, context)
    for (role, name, value) in given {
      for index in rows.indices { try rows[index].set(role, value, name, fields) }
    }
    // Components that were named are summed if nothing else is the total.
    if given.contains(where: { $0.0 == .component }), !given.contains(where: { $0.0 == .total }) {
      for index in rows.indices where rows[index].total.isNaN { rows[index].sumComponents(context.options.weights) }
    }
    for index in rows.indices { rows[index].readFinish() }
    return rows
  }
}

extension RolloutRow {
  /// Reasons of servers (OpenAI, vLLM, Anthropic, Gemini, Inspect) for a completion that ran into a limit, and for one that
  /// ended by itself.
  private static let limits: Set<String> = [
    "length", "max_tokens", "max_length", "model_length", "max_output_tokens", "max_new_tokens",
  ]
  private static let ends: Set<String> = [
    "stop", "eos", "eos_token", "end_turn", "stop_sequence", "stop_token", "tool_calls", "tool_use", "function_call",
  ]

  /// Whether the completion was cut off, where only the reason for its end says so.
  fileprivate mutating func readFinish() {
    guard truncated < 0, let reason = finish?.lowercased() else { return }
    if Self.limits.contains(reason) { truncated = 1 } else if Self.ends.contains(reason) { truncated = 0 }
  }
}

extension RolloutFields {
  /// The value at a path such as `extra.score`; a field of exactly that name goes first.
  mutating func take(path: String, as role: RolloutRole) -> JSONValue? {
    if values[path] != nil { return take(path, as: role) }
    var steps = path.split(separator: ".").map(String.init)[...]
    guard steps.count > 1 else { return nil }
    let whole = steps.removeFirst()
    guard var value = values[whole] else { return nil }
    for step in steps {
      guard let inner = value.fields?[step] else { return nil }
      value = inner
    }
    seen.use(path, role)
    seen.reachedInto.insert(whole)
    return value == .null ? nil : value
  }
}
