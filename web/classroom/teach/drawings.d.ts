declare module "drawings" {
  export type Piece = [tag: string, attributes: Record<string, string>, children: Piece[]];
  const all: Record<string, Piece>;
  export default all;
}
