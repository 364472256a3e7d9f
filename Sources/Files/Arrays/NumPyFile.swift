import Compute
import Foundation

/// One array in NumPy's `.npy` format, read strictly and without ever unpickling.
///
/// ```swift
/// let pairs = try NumPyFile.read(URL(fileURLWithPath: "segment_pairs.npy"))
/// pairs.shape       // [1793, 2, 4, 2]
/// pairs.integers()  // row-major, for any order and byte order in the file
/// try NumPyFile.write(TypedArray([0.5, 1] as [Double], shape: [2]), to: url)
/// ```
///
/// Read are format versions 1 to 3 with a header of at most 64 KiB; Booleans, integers of 1 to 8 bytes, floats of 2, 4
/// and 8 bytes, in either byte order, in C or Fortran order. Floats of 2 bytes become ones of 4, which hold them exactly.
/// The file must hold exactly the numbers that its header announces. Object, structured, complex and text arrays are
/// refused. Written is version 1, little-endian, C order.
///
/// Format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public enum NumPyFile {
  /// Reads a file.
  ///
  /// - Throws: `InputError` for a file that cannot be read, is damaged, or holds a kind of array that is refused.
  public static func read(_ url: URL) throws -> TypedArray { try read(WholeFile.read(url), place: url.path) }

  /// Reads a file's bytes; `place` is what errors call it.
  public static func read(_ bytes: [UInt8], place: String) throws -> TypedArray {
    var reader = ByteReader(bytes, file: place)
    let header = try NumPyHeader(&reader)
    let element = try header.element(place: "\(place), header field 'descr'")
    let width = header.isHalf ? 2 : element.byteCount
    guard let whole = TypedArray.byteCount(element, shape: header.shape) else {
      throw InputError(
        "shape \(header.shape) is too large", at: "\(place), header field 'shape'", remedy: "the file is damaged")
    }
    let size = whole / element.byteCount * width
    guard size == reader.remaining else {
      let name = header.isHalf ? "float16" : "\(element)"
      throw InputError(
        "shape \(header.shape) of \(name) takes \(size) bytes, the file has \(reader.remaining) after its header",
        at: reader.place,
        remedy: size > reader.remaining
          ? "the file is truncated; copy or export it again" : "the file is damaged, or holds more than one array")
    }
    var numbers = Array(try reader.take(size, "the numbers"))
    if element == .bool, let index = numbers.firstIndex(where: { $0 > 1 }) {
      throw InputError(
        "a Boolean is \(numbers[index]), not 0 or 1", at: "\(place), element \(index)", remedy: "the file is damaged")
    }
    if header.bigEndian { swapBytes(&numbers, width: width) }
    if header.fortranOrder { numbers = rowMajor(numbers, shape: header.shape, width: width) }
    if header.isHalf {
      let values = stride(from: 0, to: numbers.count, by: 2).map { place in
        Float(Float16(bitPattern: UInt16(numbers[place]) | UInt16(numbers[place + 1]) << 8))
      }
      return TypedArray(values, shape: header.shape)
    }
    return TypedArray(element, shape: header.shape, bytes: numbers)
  }

  /// Writes the file whole or not at all.
  public static func write(_ array: TypedArray, to url: URL) throws { try WholeFile.write(data(array), to: url) }

  /// The file's bytes.
  public static func data(_ array: TypedArray) -> Data { Data(NumPyHeader.bytes(for: array) + array.bytes) }

  private static func swapBytes(_ numbers: inout [UInt8], width: Int) {
    guard width > 1 else { return }
    for start in stride(from: 0, to: numbers.count, by: width) { numbers[start..<(start + width)].reverse() }
  }

  /// Reorders numbers whose first index runs fastest.
  private static func rowMajor(_ numbers: [UInt8], shape: [Int], width: Int) -> [UInt8] {
    guard shape.count > 1, !numbers.isEmpty else { return numbers }
    // strides[d] is the distance, in numbers, of neighbours along dimension d in the file.
    var strides = [Int](repeating: 1, count: shape.count)
    for dimension in 1..<shape.count { strides[dimension] = strides[dimension - 1] * shape[dimension - 1] }
    var result: [UInt8] = []
    result.reserveCapacity(numbers.count)
    var index = [Int](repeating: 0, count: shape.count)
    var source = 0
    for _ in 0..<(numbers.count / width) {
      result.append(contentsOf: numbers[(source * width)..<((source + 1) * width)])
      var dimension = shape.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        source += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        source -= strides[dimension] * shape[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
    return result
  }
}
