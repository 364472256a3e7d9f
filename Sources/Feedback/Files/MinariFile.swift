import Compute
import Environments
import Files
import Foundation

/// Whole episodes as the Python package Minari keeps them: a directory with `data/main_data.hdf5` and
/// `data/metadata.json`.
///
/// ```swift
/// let episodes = try MinariFile.read(directory).content
/// try MinariFile.write(episodes, in: specification, named: "cart/people-v0", to: directory)
/// // Python: minari.MinariDataset("directory/data")
/// ```
///
/// Each episode is a group `episode_N` with the data sets `observations` [T + 1, …], `actions`, `rewards`,
/// `terminations` and `truncations` [T]. Read are spaces that are boxes or discrete; dictionaries, tuples, texts and
/// pictures (which Minari stores as JPEG) are refused. `infos`, seeds and options have no place in a `Trajectory`, and
/// are noted. Our own `start` is an attribute `pactolus_start`, which Minari passes over.
///
/// Written data sets have a fixed length: Minari reads them, but cannot add steps to an episode.
///
/// Source: Minari 0.5.4, `minari/dataset/_storages/hdf5_storage.py`.
public enum MinariFile {
  /// The most bytes that a file may unfold to unless said otherwise: 4 GiB.
  public static let standardLimit = 4 << 30

  /// Reads a data set's directory, its `data` directory, or the HDF5 file alone.
  public static func read(_ url: URL, limit: Int = standardLimit) throws -> FileImport<[Trajectory]> {
    let candidates = [
      url, url.appendingPathComponent("main_data.hdf5"), url.appendingPathComponent("data/main_data.hdf5"),
    ]
    var isDirectory: ObjCBool = false
    guard
      let file = candidates.first(where: {
        FileManager.default.fileExists(atPath: $0.path, isDirectory: &isDirectory) && !isDirectory.boolValue
      })
    else {
      throw InputError(
        "there is no data/main_data.hdf5", at: url.path, remedy: "give the directory of a Minari data set in HDF5")
    }
    return try read(WholeFile.read(file), place: file.path, limit: limit)
  }

  /// Reads the bytes of a `main_data.hdf5`; `place` is what errors call it.
  public static func read(
    _ bytes: [UInt8], place: String, limit: Int = standardLimit
  ) throws -> FileImport<[Trajectory]> {
    var file = try HDF5File(bytes, place: place, limit: limit)
    var episodes: [(number: Int, address: Int)] = []
    for child in try file.children(of: file.root) {
      guard child.name.hasPrefix("episode_"), let number = Int(child.name.dropFirst(8)), number >= 0 else {
        throw InputError("'\(child.name)' is not an episode", at: place, remedy: "give a file that Minari wrote")
      }
      episodes.append((number, child.address))
    }
    var notes: [String] = []
    var trajectories: [Trajectory] = []
    for episode in episodes.sorted(by: { $0.number < $1.number }) {
      trajectories.append(try Self.episode(&file, episode.number, at: episode.address, notes: &notes))
    }
    return FileImport(trajectories, notes: Self.merged(notes))
  }

  private static let parts = ["observations", "actions", "rewards", "terminations", "truncations"]

  private static func episode(
    _ file: inout HDF5File, _ number: Int, at address: Int, notes: inout [String]
  ) throws -> Trajectory {
    let name = "episode_\(number)"
    let place = "\(file.place), \(name)"
    let group = try file.object(name, at: address)
    var addresses: [String: Int] = [:]
    for child in try file.children(of: group) {
      if parts.contains(child.name) {
        addresses[child.name] = child.address
      } else if child.name != "infos" {
        notes.append("'\(child.name)' of episodes is not read")
      } else {
        let infos = try file.object("\(name)/infos", at: child.address)
        if try !file.children(of: infos).isEmpty { notes.append("'infos' of episodes is not read") }
      }
    }
    var arrays: [String: TypedArray] = [:]
    for part in parts {
      guard let address = addresses[part] else {
        throw InputError("'\(part)' is missing", at: place, remedy: "the file is damaged, or not Minari's")
      }
      let object = try file.object("\(name)/\(part)", at: address)
      arrays[part] = try file.array(object)
    }
    var start: TypedArray?
    for attribute in group.attributes {
      switch attribute.name {
      case "id", "total_steps": break
      case "pactolus_start" where attribute.value?.element == .int64 && attribute.value?.shape == [3]:
        start = attribute.value.map { TypedArray(.int64, shape: [1, 3], bytes: $0.bytes) }
      default: notes.append("'\(attribute.name)' of episodes is not read")
      }
    }
    let (terminations, truncations) = (arrays["terminations"]!, arrays["truncations"]!)
    let steps = arrays["rewards"]!.count
    let ends = try [("terminations", terminations), ("truncations", truncations)].map { name, array in
      guard array.element == .bool, array.shape == [steps] else {
        throw InputError("'\(name)' is \(array.element) of shape \(array.shape), wanted bool of [\(steps)]", at: place)
      }
      guard !array.bytes.dropLast().contains(1) else {
        throw InputError("'\(name)' is true before the last step", at: place, remedy: "split the episode there")
      }
      return TypedArray([array.bytes.last == 1])
    }
    return try TrajectoryColumns.trajectories(
      place: place, lengths: [steps], observations: arrays["observations"]!, actions: arrays["actions"]!,
      rewards: arrays["rewards"]!, terminated: ends[0], truncated: ends[1], starts: start, notes: &notes)[0]
  }

  /// Equal notes of many episodes once.
  private static func merged(_ notes: [String]) -> [String] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for note in notes {
      if counts[note] == nil { order.append(note) }
      counts[note, default: 0] += 1
    }
    return order.count <= 12
      ? order.map { counts[$0]! > 1 ? "\($0) (\(counts[$0]!) episodes)" : $0 }
      : order.prefix(12) + ["and \(order.count - 12) notes more"]
  }
}

extension MinariFile {
  /// Writes a data set's directory, which must not exist.
  ///
  /// - Parameters:
  ///   - episodes: whole episodes or segments.
  ///   - specification: the environment that they are from: its spaces go into the metadata.
  ///   - name: the data set's, in Minari's form: `namespace/name-v0`.
  ///   - directory: where `data/` is made.
  /// - Throws: `InputError` for an invalid name, episodes that do not fit the environment, or an episode without a
  ///   step.
  public static func write(
    _ episodes: [Trajectory], in specification: EnvironmentSpecification, named name: String, to directory: URL
  ) throws {
    guard name.wholeMatch(of: /([\w\-]+\/)*[\w\-]+-v\d+/) != nil else {
      throw InputError("'\(name)' is not a name for a data set", remedy: "use namespace/name-v0")
    }
    let data = directory.appendingPathComponent("data")
    guard !FileManager.default.fileExists(atPath: data.path) else {
      throw InputError("there is a data set already", at: data.path, remedy: "give a new directory")
    }
    let file = try bytes(episodes, in: specification)
    let metadata = metadata(episodes, in: specification, named: name)
    do {
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    } catch {
      throw InputError("cannot make the directory", at: data.path, remedy: "check who may use it")
    }
    try WholeFile.write(Data(file), to: data.appendingPathComponent("main_data.hdf5"))
    try WholeFile.write(JSON.encode(metadata, .pretty), to: data.appendingPathComponent("metadata.json"))
  }

  /// The bytes of `main_data.hdf5`.
  package static func bytes(_ episodes: [Trajectory], in specification: EnvironmentSpecification) throws -> [UInt8] {
    let (width, row) = (specification.observationSpace.count, specification.actionSpace.rowSize)
    var groups: [(name: String, node: HDF5Writer.Node)] = []
    for (number, episode) in episodes.enumerated() {
      let here = "episode \(number)"
      guard episode.observationSize == width, episode.actionRowSize == row else {
        throw InputError(
          "observations of \(episode.observationSize) and actions of \(episode.actionRowSize) numbers", at: here,
          remedy: "\(specification.id) has \(width) and \(row)")
      }
      let steps = episode.count
      guard steps > 0 else { throw InputError("the episode has no steps", at: here, remedy: "leave it out") }
      let actions: TypedArray
      if case .discrete = specification.actionSpace {
        let whole = episode.actions.map { Int(exactly: $0) }
        guard !whole.contains(nil) else { throw InputError("an action is not a whole number", at: here) }
        actions = TypedArray(whole.compactMap(\.self), shape: [steps])
      } else {
        actions = TypedArray(episode.actions, shape: [steps, row])
      }
      func ends(_ flag: Bool) -> TypedArray { TypedArray((0..<steps).map { $0 == steps - 1 && flag }) }
      var attributes = [
        (name: "id", value: TypedArray([number], shape: [])),
        (name: "total_steps", value: TypedArray([steps], shape: [])),
      ]
      if let start = episode.start {
        attributes.append(("pactolus_start", TypedArray([start.slot, start.episode, start.step], shape: [3])))
      }
      groups.append(
        (
          "episode_\(number)",
          .group(
            [
              ("observations", .array(TypedArray(episode.observations, shape: [steps + 1, width]))),
              ("actions", .array(actions)),
              ("rewards", .array(TypedArray(episode.rewards.map(Double.init), shape: [steps]))),
              ("terminations", .array(ends(episode.terminated))), ("truncations", .array(ends(episode.truncated))),
              ("infos", .group([], attributes: [])),
            ], attributes: attributes)
        ))
    }
    return HDF5Writer.file(.group(groups, attributes: []))
  }

  private static func metadata(
    _ episodes: [Trajectory], in specification: EnvironmentSpecification, named name: String
  ) -> [String: JSONValue] {
    let box = specification.observationSpace
    let actions =
      switch specification.actionSpace {
      case .discrete(let names): #"{"type": "Discrete", "dtype": "int64", "start": 0, "n": \#(names.count)}"#
      case .continuous(let box): space(box)
      }
    return [
      "dataset_id": .string(name), "data_format": .string("hdf5"), "jpeg_encoding": .bool(false),
      "total_episodes": .number(Double(episodes.count)),
      "total_steps": .number(Double(episodes.reduce(0) { $0 + $1.count })),
      "observation_space": .string(space(box)), "action_space": .string(actions),
      "minari_version": .string("0.5.4"), "description": .string("Written by Pactolus from \(specification.id)."),
      "algorithm_name": .string("pactolus"), "author": .array([]), "author_email": .array([]),
      "code_permalink": .string(""),
    ]
  }

  /// A box in Minari's own JSON, which has infinities.
  private static func space(_ box: Box) -> String {
    func list(_ values: [Float]) -> String {
      "["
        + values.map { value in
          value.isFinite ? "\(Double(value))" : value < 0 ? "-Infinity" : "Infinity"
        }.joined(separator: ", ") + "]"
    }
    return #"{"type": "Box", "dtype": "float32", "shape": [\#(box.count)], "low": \#(list(box.low)), "#
      + #""high": \#(list(box.high))}"#
  }
}
