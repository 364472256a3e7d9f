import Compute
import Foundation

/// Named arrays in NumPy's `.npz` format: a ZIP archive of `.npy` files, stored or deflated.
///
/// ```swift
/// let archive = try NumPyArchive(contentsOf: url)
/// let observations = try archive.array("obs_1")
/// ```
///
/// Reading is strict: names are unique, entries do not overlap, sizes and checksums are right, and the whole must not
/// unfold to more than `limit` bytes, however small the file. Each array is read as ``NumPyFile`` does.
public struct NumPyArchive: Sendable, Hashable {
  /// The arrays by name, in the archive's order.
  public var arrays: [(name: String, array: TypedArray)] { zip(names, values).map { ($0, $1) } }
  /// The arrays' names, without `.npy`, in the archive's order.
  public private(set) var names: [String] = []
  private var values: [TypedArray] = []
  /// The bytes of entries that were not to be read as arrays, by name.
  package private(set) var skipped: [String: [UInt8]] = [:]
  private let place: String

  /// The most bytes that an archive may unfold to unless said otherwise: 1 GiB.
  public static let standardLimit = 1 << 30

  /// An archive of these arrays.
  public init(_ arrays: [(name: String, array: TypedArray)]) {
    precondition(Set(arrays.map(\.name)).count == arrays.count, "names are unique")
    names = arrays.map(\.name)
    values = arrays.map(\.array)
    place = "npz"
  }

  /// Reads a file that unfolds to at most `limit` bytes.
  ///
  /// - Throws: `InputError` for a file that cannot be read, is damaged, or unfolds to more.
  public init(contentsOf url: URL, limit: Int = standardLimit) throws {
    try self.init(WholeFile.read(url), place: url.path, limit: limit)
  }

  /// Reads a file's bytes; `place` is what errors call it.
  public init(_ bytes: [UInt8], place: String = "npz", limit: Int = standardLimit) throws {
    try self.init(bytes, place: place, limit: limit, skipping: [])
  }

  /// The same, but for entries that are kept as bytes and not looked at, such as pickles.
  package init(_ bytes: [UInt8], place: String, limit: Int, skipping: Set<String>) throws {
    self.place = place
    let archive = try ZipReader(bytes, file: place, limit: limit)
    for entry in archive.entries {
      guard entry.name.hasSuffix(".npy") else {
        throw InputError(
          "the archive's entry '\(entry.name)' is not a .npy file", at: place,
          remedy: "give a .npz file as numpy.savez writes it")
      }
      let name = String(entry.name.dropLast(4))
      if skipping.contains(name) {
        skipped[name] = try archive.unfold(entry)
        continue
      }
      names.append(name)
      values.append(try NumPyFile.read(archive.unfold(entry), place: "\(place)/\(entry.name)"))
    }
  }

  /// The array of this name; an error names those near it.
  public func array(_ name: String) throws -> TypedArray {
    guard let index = names.firstIndex(of: name) else {
      throw InputError(
        "there is no array '\(name)'", at: place,
        remedy: names.isEmpty ? "the archive is empty" : "it has " + names.joined(separator: ", "))
    }
    return values[index]
  }

  /// The file's bytes; equal contents give equal bytes (entries have ZIP's first date, 1 January 1980).
  public func data(compressed: Bool = false) throws -> Data { try data(compressed: compressed, adding: []) }

  /// The same, with entries that are `.npy` files already.
  package func data(compressed: Bool = false, adding files: [(name: String, bytes: [UInt8])]) throws -> Data {
    let entries = zip(names, values).map { (name: $0 + ".npy", bytes: Array(NumPyFile.data($1))) }
    return try Data(
      ZipWriter.archive(
        entries + files.map { (name: $0.name + ".npy", bytes: $0.bytes) }, deflate: compressed, place: place))
  }

  /// Writes the file whole or not at all.
  public func write(to url: URL, compressed: Bool = false) throws {
    try WholeFile.write(data(compressed: compressed), to: url)
  }

  public static func == (a: Self, b: Self) -> Bool { a.names == b.names && a.values == b.values }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(names)
    hasher.combine(values)
  }
}
